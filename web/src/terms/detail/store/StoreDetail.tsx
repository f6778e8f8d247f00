/** The term store as a whole: its languages, which administrators of it choose, and its history. */
import { MessageBar, MessageBarBody } from '@fluentui/react-components'
import { useMemo } from 'react'
import { key } from '../../../data/keys.ts'
import { graph, type RequestPlan } from '../../../data/plan.ts'
import { queryClient, reading } from '../../../data/query.ts'
import { t } from '../../../i18n/t.ts'
import { CopyId } from '../../../kit/CopyId.tsx'
import { Loaded } from '../../../kit/Loaded.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { Effects } from '../../actions/Effects.tsx'
import type { Effect } from '../../api.ts'
import { type KnownStore, readStore } from '../api.ts'
import { type DraftFacts, useDraft } from '../draft/draft.ts'
import { fieldName } from '../draft/fieldNames.ts'
import { type Fields, listOf, textOf } from '../draft/fields.ts'
import { SaveBar } from '../draft/SaveBar.tsx'
import { Section } from '../form/Section.tsx'
import { DetailFrame } from '../frame/Frame.tsx'
import { History } from '../frame/tabs.ts'
import { useStore } from '../names/storeLanguages.ts'
import { LanguageList } from './LanguageList.tsx'

function storeFields({ languageTags, defaultLanguageTag }: KnownStore): Fields {
  return { languages: languageTags, usual: defaultLanguageTag }
}

function storePlans(changed: readonly string[], fields: Fields): readonly RequestPlan[] {
  const body = {
    ...(changed.includes('usual') ? { defaultLanguageTag: textOf(fields, 'usual') } : {}),
    ...(changed.includes('languages') ? { languageTags: listOf(fields, 'languages') } : {}),
  }
  return Object.keys(body).length === 0 ? [] : [graph('PATCH', '/termStore', { body })]
}

async function readAgain(): Promise<Fields> {
  const store = await queryClient.fetchQuery({ ...reading('store', ['detail'], readStore()), staleTime: 0 })
  void readEverywhere()
  return storeFields(store)
}

const touchesStore: DraftFacts['touches'] = ['relata.taxonomy.term-changed', 'relata.taxonomy.set-changed']

/** No event tells of it, and all pages of terms show the languages. */
function readEverywhere(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: key('store') })
}

export function StoreDetail() {
  const store = useStore()
  return <Loaded read={store}>{(known) => <Shown store={known} />}</Loaded>
}

function Shown({ store }: { readonly store: KnownStore }) {
  const { id, defaultLanguageTag, languageTags, name } = store
  const title = name ?? t('detail.store')
  const draft = useDraft({
    now: useMemo(() => storeFields(store), [store]),
    readAgain,
    plansOf: storePlans,
    done: t('detail.saved', { name: title }),
    touches: touchesStore,
    undone: readEverywhere,
    isReadOnly: false,
    idle: graph('PATCH', '/termStore', { body: { defaultLanguageTag, languageTags } }),
  })
  const lacksRole = (draft.check?.needs.length ?? 0) > 0
  const effects = (draft.check?.effects ?? []).filter(({ kind }) => kind !== 'store') as readonly Effect[]
  const isChanged = draft.changed.length > 0
  return (
    <DetailFrame
      title={title}
      facts={id === undefined ? null : <CopyId id={id} what={t('detail.id')} />}
      tools={<RequestPreview plans={() => [readStore()]} />}
      bar={
        lacksRole && (
          <MessageBar layout="multiline">
            <MessageBarBody>{t('store.needs')}</MessageBarBody>
          </MessageBar>
        )
      }
      tabs={[
        {
          id: 'general',
          isEdited: true,
          title: t('detail.general'),
          content: () => (
            <Section title={t('store.languages')} hint={t('store.languagesHint')}>
              <LanguageList draft={draft} />
              {isChanged && (draft.check?.refusals.length ?? 0) === 0 && (
                <Effects plan={{ refusals: [], effects, needs: [] }} />
              )}
            </Section>
          ),
        },
        {
          id: 'history',
          title: t('detail.history'),
          content: () => <History path="/termStore" canLookBack={false} />,
        },
      ]}
      isDirty={isChanged}
      foot={draft.isReadOnly ? undefined : <SaveBar draft={draft} fieldName={fieldName} />}
    />
  )
}
