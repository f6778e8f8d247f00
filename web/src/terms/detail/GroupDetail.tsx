/** One term group: name, description, who manages it and who may change its terms. */
import { Badge, Field, Input, Textarea } from '@fluentui/react-components'
import { useCallback, useMemo } from 'react'
import { graph } from '../../data/plan.ts'
import { queryClient, reading, useRead } from '../../data/query.ts'
import type { TermGroup } from '../../data/types.ts'
import { maybeText, t } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { CopyId } from '../../kit/CopyId.tsx'
import { Loaded } from '../../kit/Loaded.tsx'
import { useView } from '../../kit/view.ts'
import { groupNode } from '../api.ts'
import { groupPath, type KnownGroup, readGroup } from './api.ts'
import { type Draft, useDraft } from './draft/draft.ts'
import { fieldName } from './draft/fieldNames.ts'
import { listOf, textOf } from './draft/fields.ts'
import { SaveBar } from './draft/SaveBar.tsx'
import { groupFields, groupPlans } from './draft/setDraft.ts'
import { Stamps } from './frame/Facts.tsx'
import { DetailFrame } from './frame/Frame.tsx'
import { NoRoleBar } from './frame/TermFacts.tsx'
import { History, PeopleField } from './frame/tabs.ts'
import { useStore } from './names/storeLanguages.ts'
import { faultAt, faultProps, useForm } from './SetDetail.tsx'
import { NodeTools } from './tools/NodeTools.tsx'

export function GroupDetail({ groupId }: { readonly groupId: string }) {
  const group = useRead('groups', [groupId, 'detail'], readGroup(groupId))
  return (
    <Loaded read={group} lines={8}>
      {(one) => <Shown group={one} />}
    </Loaded>
  )
}

async function readAgain(groupId: string) {
  return groupFields(
    await queryClient.fetchQuery({ ...reading('groups', [groupId, 'detail'], readGroup(groupId)), staleTime: 0 }),
  )
}

function Shown({ group }: { readonly group: KnownGroup }) {
  const { id, displayName, scope } = group
  const isSystem = scope === 'system'
  const draft = useDraft({
    now: useMemo(() => groupFields(group), [group]),
    readAgain: useCallback(() => readAgain(id), [id]),
    plansOf: useMemo(() => groupPlans(id), [id]),
    done: t('detail.saved', { name: displayName }),
    touches: ['relata.taxonomy.group-changed'],
    isReadOnly: isSystem,
    idle: graph('PATCH', groupPath(id), { body: { description: group.description ?? '' } }),
  })
  const lacksRole = (draft.check?.needs.length ?? 0) > 0
  const { view } = useView()
  const usual = useStore().data?.defaultLanguageTag ?? ''
  return (
    <DetailFrame
      title={displayName}
      facts={
        <>
          <AppLink to="/terms?tab=general">{t('detail.store')}</AppLink>
          <CopyId id={id} what={t('detail.id')} />
          {scope != null && scope !== 'global' && (
            <Badge appearance="outline">{maybeText(`group.scope.${scope}`) ?? scope}</Badge>
          )}
        </>
      }
      tools={
        <NodeTools
          node={groupNode(group as TermGroup)}
          language={view['lang'] ?? usual}
          usual={usual}
          readOnlyWhy={lacksRole ? t('detail.needs') : undefined}
        />
      }
      bar={!isSystem && lacksRole && <NoRoleBar />}
      tabs={[
        {
          id: 'general',
          isEdited: true,
          title: t('detail.general'),
          content: () => (
            <>
              <GroupGeneral draft={draft} />
              <Stamps of={group} />
            </>
          ),
        },
        { id: 'roles', isEdited: true, title: t('group.roles'), content: () => <GroupRoles draft={draft} /> },
        {
          id: 'history',
          title: t('detail.history'),
          content: () => <History path={groupPath(id)} canLookBack={false} />,
        },
      ]}
      isDirty={draft.changed.length > 0}
      foot={draft.isReadOnly ? undefined : <SaveBar draft={draft} fieldName={fieldName} />}
    />
  )
}

function GroupGeneral({ draft }: { readonly draft: Draft }) {
  const form = useForm()
  return (
    <div className={form.root}>
      <Field label={t('group.name')} {...faultProps(faultAt(draft, 'displayName'))}>
        <Input
          value={textOf(draft.fields, 'displayName')}
          readOnly={draft.isReadOnly}
          onChange={(_, { value }) => draft.set('displayName', value)}
        />
      </Field>
      <Field label={t('detail.description')} {...faultProps(faultAt(draft, 'description'))}>
        <Textarea
          rows={4}
          resize="vertical"
          value={textOf(draft.fields, 'text')}
          readOnly={draft.isReadOnly}
          onChange={(_, { value }) => draft.set('text', value)}
        />
      </Field>
    </div>
  )
}

function GroupRoles({ draft }: { readonly draft: Draft }) {
  const form = useForm()
  return (
    <div className={form.root}>
      {(['managers', 'contributors'] as const).map((role) => (
        <PeopleField
          key={role}
          label={t(`group.${role}`)}
          hint={t(`group.${role}Hint`)}
          value={listOf(draft.fields, role)}
          isReadOnly={draft.isReadOnly}
          fault={faultAt(draft, role)}
          onChange={(next) => draft.set(role, next)}
        />
      ))}
    </div>
  )
}
