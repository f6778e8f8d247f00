/** One term set: names, what it is for, who looks after it, who may add terms, its properties, its history and problems. */
import { Badge, CounterBadge, Field, Input, makeStyles, Textarea, tokens } from '@fluentui/react-components'
import { useCallback, useMemo } from 'react'
import { useAction } from '../../data/action.ts'
import { graph } from '../../data/plan.ts'
import { queryClient, reading, useRead } from '../../data/query.ts'
import { t } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { CopyId } from '../../kit/CopyId.tsx'
import { Loaded } from '../../kit/Loaded.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { useView } from '../../kit/view.ts'
import { type AnnotatedSet, setNode } from '../api.ts'
import { type KnownSet, type KnownStore, readSet, setPath } from './api.ts'
import { type Draft, useDraft } from './draft/draft.ts'
import { fieldName } from './draft/fieldNames.ts'
import { listOf, textOf } from './draft/fields.ts'
import { SaveBar } from './draft/SaveBar.tsx'
import { setFields, setPlans } from './draft/setDraft.ts'
import { languagesOf } from './draft/termDraft.ts'
import { Section } from './form/Section.tsx'
import { SwitchRow } from './form/SwitchRow.tsx'
import { Stamps } from './frame/Facts.tsx'
import { DetailFrame, type DetailTab } from './frame/Frame.tsx'
import { NoRoleBar } from './frame/TermFacts.tsx'
import { History, PeopleField, Problems, Properties } from './frame/tabs.ts'
import { ViewLinks } from './frame/ViewLinks.tsx'
import { languageName, setName } from './names/names.ts'
import { useStore } from './names/storeLanguages.ts'
import { AsOfBar } from './past/AsOfBar.tsx'
import { useRestoring } from './past/restoring.ts'
import { useFindings } from './problems/findings.ts'
import { NodeTools } from './tools/NodeTools.tsx'

export const useForm = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, maxWidth: '640px' },
})

const touchesSet = ['relata.taxonomy.set-changed'] as const

export function SetDetail({ setId }: { readonly setId: string }) {
  const { view } = useView()
  const asOf = view['as-of']
  const store = useStore()
  const set = useRead('set', [setId, 'detail', asOf], readSet(setId, asOf))
  return (
    <Loaded read={store}>
      {(known) => (
        <Loaded read={set} lines={8}>
          {(one) => <Shown store={known} set={one} asOf={asOf} />}
        </Loaded>
      )}
    </Loaded>
  )
}

async function readAgain(setId: string) {
  return setFields(
    await queryClient.fetchQuery({ ...reading('set', [setId, 'detail', undefined], readSet(setId)), staleTime: 0 }),
  )
}

interface ShownProps {
  readonly store: KnownStore
  readonly set: KnownSet
  readonly asOf: string | undefined
}

function Shown({ store, set, asOf }: ShownProps) {
  const { view } = useView()
  const { id } = set
  const usual = store.defaultLanguageTag
  const language = view['lang'] ?? usual
  const name = setName(set.localizedNames, language, usual)
  const draft = useDraft({
    now: useMemo(() => setFields(set), [set]),
    readAgain: useCallback(() => readAgain(id), [id]),
    plansOf: useMemo(() => setPlans(id), [id]),
    done: t('detail.saved', { name: name.text }),
    touches: touchesSet,
    isReadOnly: asOf !== undefined,
    idle: graph('PATCH', setPath(id), { body: { description: set.description ?? '' } }),
  })
  const lacksRole = (draft.check?.needs.length ?? 0) > 0
  const findings = useFindings(id, undefined, view['tab'] === 'problems')
  const problems = findings.data?.length ?? set['@relata.state'].problems
  const base: DetailTab[] = [
    {
      id: 'general',
      isEdited: true,
      title: t('detail.general'),
      content: () => (
        <>
          <Names draft={draft} languages={languagesOf(store.languageTags, usual, {})} />
          <Stamps of={set} />
        </>
      ),
    },
    {
      id: 'advanced',
      isEdited: true,
      title: t('detail.advanced'),
      content: () => <Properties draft={draft} hasLocal={false} isSharedReadOnly={false} />,
    },
  ]
  const now: DetailTab[] = [
    ...base.slice(0, 1),
    {
      id: 'usage',
      isEdited: true,
      title: t('detail.usage'),
      content: () => (
        <SetUsage set={set} name={name.text} draft={draft} why={lacksRole ? t('detail.needs') : undefined} />
      ),
    },
    ...base.slice(1),
    { id: 'history', title: t('detail.history'), content: () => <History path={setPath(id)} canLookBack /> },
    {
      id: 'problems',
      title: t('detail.problems'),
      mark: problems === 0 ? undefined : <CounterBadge size="small" color="informative" count={problems} />,
      content: () => <Problems setId={id} />,
    },
  ]
  return (
    <DetailFrame
      title={name.text}
      titleLanguage={name.fallback}
      facts={
        <>
          {set.parentGroup !== undefined && (
            <AppLink to={`/terms/g/${set.parentGroup.id}`}>{set.parentGroup.displayName}</AppLink>
          )}
          <CopyId id={id} what={t('detail.id')} />
          {set.isOpen === true && <Badge appearance="outline">{t('set.open')}</Badge>}
          {set.isAvailableForTagging === false && <Badge appearance="outline">{t('usage.notForTagging')}</Badge>}
        </>
      }
      isPast={asOf !== undefined}
      tools={
        <>
          <ViewLinks setId={id} />
          {asOf === undefined && (
            <NodeTools
              node={setNode(set as unknown as AnnotatedSet, set.parentGroup?.scope === 'system')}
              language={language}
              usual={usual}
              readOnlyWhy={lacksRole ? t('detail.needs') : undefined}
            />
          )}
        </>
      }
      bar={
        <>
          {asOf !== undefined && <SetAsOf set={set} at={asOf} name={name.text} />}
          {asOf === undefined && lacksRole && <NoRoleBar />}
        </>
      }
      tabs={asOf === undefined ? now : base}
      isDirty={draft.changed.length > 0}
      foot={draft.isReadOnly ? undefined : <SaveBar draft={draft} fieldName={fieldName} />}
    />
  )
}

interface SetAsOfProps {
  readonly set: KnownSet
  readonly at: string
  readonly name: string
}

function SetAsOf({ set, at, name }: SetAsOfProps) {
  const { id } = set
  const now = useRead('set', [id, 'detail', undefined], readSet(id), { retry: false })
  const restoring = useRestoring({
    id,
    was: useMemo(() => setFields(set), [set]),
    now: { data: useMemo(() => now.data && setFields(now.data), [now.data]), error: now.error },
    plansOf: useMemo(() => setPlans(id), [id]),
    readOnlyWhy: undefined,
  })
  return <AsOfBar at={at} restoring={{ ...restoring, name, touches: touchesSet }} />
}

/** What the server says against a member of the body. */
export function faultAt(draft: Draft, target: string): string | undefined {
  if (draft.changed.length === 0) return undefined
  return draft.check?.refusals.find((refusal) => refusal.target?.startsWith(target) === true)?.message
}

export function faultProps(fault: string | undefined) {
  return fault === undefined ? {} : ({ validationState: 'error', validationMessage: fault } as const)
}

interface NamesProps {
  readonly draft: Draft
  readonly languages: readonly string[]
}

function Names({ draft, languages }: NamesProps) {
  const form = useForm()
  return (
    <div className={form.root}>
      {languages.map((tag, at) => (
        <Field
          key={tag}
          label={t('set.nameIn', { language: languageName(tag) })}
          {...faultProps(at === 0 ? faultAt(draft, 'localizedNames') : undefined)}
        >
          <Input
            lang={tag}
            value={textOf(draft.fields, `name ${tag}`)}
            readOnly={draft.isReadOnly}
            placeholder={t('detail.missing')}
            onChange={(_, { value }) => draft.set(`name ${tag}`, value)}
          />
        </Field>
      ))}
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

interface SetUsageProps {
  readonly set: KnownSet
  readonly name: string
  readonly draft: Draft
  readonly why: string | undefined
}

function SetUsage({ set, name, draft, why }: SetUsageProps) {
  const form = useForm()
  const action = useAction()
  const isOpen = set.isOpen === true
  const isAvailable = set.isAvailableForTagging !== false
  const policy = graph('POST', `${setPath(set.id)}/relata.setSubmissionPolicy`, { body: { isOpen: !isOpen } })
  const tagging = graph('POST', `${setPath(set.id)}/relata.setAvailableForTagging`, { body: { value: !isAvailable } })
  return (
    <div className={form.root}>
      {action.problem !== undefined && <Problem error={action.problem} onClose={action.clear} />}
      <Section title={t('set.policy')} hint={t('set.policyHint')}>
        <SwitchRow
          label={t('set.openPolicy')}
          isOn={isOpen}
          why={why}
          plan={policy}
          onChange={() =>
            void action.run(policy, {
              done: t(isOpen ? 'set.closed.done' : 'set.opened.done', { name }),
              touches: touchesSet,
            })
          }
        />
      </Section>
      <Section title={t('usage.tagging')} hint={t('set.taggingHint')}>
        <SwitchRow
          label={t('usage.available')}
          isOn={isAvailable}
          why={why}
          plan={tagging}
          onChange={() =>
            void action.run(tagging, {
              done: t(isAvailable ? 'usage.notAvailable.done' : 'usage.available.done', { name }),
              touches: touchesSet,
            })
          }
        />
      </Section>
      <PeopleField
        label={t('detail.field.owner')}
        value={listOf(draft.fields, 'owner')}
        isReadOnly={draft.isReadOnly}
        fault={faultAt(draft, 'owner')}
        isSingle
        onChange={(next) => draft.set('owner', next)}
      />
      <Field label={t('detail.field.contact')} hint={t('set.contactHint')} {...faultProps(faultAt(draft, 'contact'))}>
        <Input
          type="email"
          value={textOf(draft.fields, 'contact')}
          readOnly={draft.isReadOnly}
          onChange={(_, { value }) => draft.set('contact', value)}
        />
      </Field>
      <PeopleField
        label={t('detail.field.stakeholders')}
        hint={t('set.stakeholdersHint')}
        value={listOf(draft.fields, 'stakeholders')}
        isReadOnly={draft.isReadOnly}
        fault={faultAt(draft, 'stakeholders')}
        onChange={(next) => draft.set('stakeholders', next)}
      />
    </div>
  )
}
