/** One term, at the place where it is looked at. What is not saved stays while its tabs are changed. */
import { CounterBadge } from '@fluentui/react-components'
import { useCallback, useMemo } from 'react'
import { graph } from '../../data/plan.ts'
import { queryClient, reading, useRead } from '../../data/query.ts'
import { t } from '../../i18n/t.ts'
import { Loaded } from '../../kit/Loaded.tsx'
import { useView } from '../../kit/view.ts'
import { type AnnotatedTerm, termNode } from '../api.ts'
import { type KeyValue, type KnownStore, type KnownTerm, readTerm, termPath } from './api.ts'
import { useDraft } from './draft/draft.ts'
import { fieldName } from './draft/fieldNames.ts'
import { SaveBar } from './draft/SaveBar.tsx'
import {
  languagesOf,
  localPlan,
  localPropertiesAt,
  readLocalProperties,
  termFields,
  termPlans,
  touchesTerm,
} from './draft/termDraft.ts'
import { General } from './form/General.tsx'
import { Stamps } from './frame/Facts.tsx'
import { DetailFrame, type DetailTab } from './frame/Frame.tsx'
import { Merged, NoRoleBar, PinnedBar, TermFacts } from './frame/TermFacts.tsx'
import { History, Problems, Properties, Relations, Usage } from './frame/tabs.ts'
import { termName } from './names/names.ts'
import { useStore } from './names/storeLanguages.ts'
import { AsOfBar } from './past/AsOfBar.tsx'
import { useRestoring } from './past/restoring.ts'
import { useFindings } from './problems/findings.ts'
import { NodeTools } from './tools/NodeTools.tsx'

interface TermDetailProps {
  readonly setId: string
  readonly termId: string
}

export function TermDetail({ setId, termId }: TermDetailProps) {
  const { view } = useView()
  const asOf = view['as-of']
  const store = useStore()
  const term = useRead('term', [setId, termId, 'detail', asOf], readTerm(setId, termId, asOf))
  // Not there with `--strict`: then nothing is known of properties of one place.
  const local = useRead('term', [setId, termId, 'local'], readLocalProperties(setId, termId), { retry: false })
  return (
    <Loaded read={store}>
      {(known) => (
        <Loaded read={term} lines={8}>
          {(one) => (
            <Shown
              setId={setId}
              store={known}
              term={one}
              asOf={asOf}
              local={asOf === undefined && local.data !== undefined ? localPropertiesAt(local.data, setId) : undefined}
            />
          )}
        </Loaded>
      )}
    </Loaded>
  )
}

interface ShownProps {
  readonly setId: string
  readonly store: KnownStore
  readonly term: KnownTerm
  readonly asOf: string | undefined
  /** Undefined: not known. */
  readonly local: readonly KeyValue[] | undefined
}

/** Reads the term again and keeps what it finds. */
async function readAgain(setId: string, termId: string) {
  const [term, local] = await Promise.all([
    queryClient.fetchQuery({
      ...reading('term', [setId, termId, 'detail', undefined], readTerm(setId, termId)),
      staleTime: 0,
    }),
    queryClient
      .fetchQuery({ ...reading('term', [setId, termId, 'local'], readLocalProperties(setId, termId)), staleTime: 0 })
      .catch(() => ({})),
  ])
  return termFields(term, localPropertiesAt(local, setId))
}

const noProperties: readonly KeyValue[] = []

function useTermDraft({ setId, store, term, asOf, local = noProperties }: ShownProps, name: string) {
  const { id } = term
  const { kind } = term['@relata.occurrence']
  const languages = useMemo(
    () => [...new Set([store.defaultLanguageTag, ...store.languageTags])],
    [store.defaultLanguageTag, store.languageTags],
  )
  const now = useMemo(() => termFields(term, local), [term, local])
  // Where a pin shows it, only what holds at this place can be changed.
  const idle =
    kind === 'pin'
      ? localPlan(setId, id, local)
      : graph('PATCH', termPath(setId, id), { body: { descriptions: term.descriptions } })
  return useDraft({
    now,
    readAgain: useCallback(() => readAgain(setId, id), [setId, id]),
    plansOf: useMemo(() => termPlans(setId, id, languages), [setId, id, languages]),
    done: t('detail.saved', { name }),
    touches: touchesTerm,
    isReadOnly: asOf !== undefined || kind === 'mirror',
    idle,
  })
}

function Shown(props: ShownProps) {
  const { setId, store, term, asOf, local } = props
  const { view } = useView()
  const usual = store.defaultLanguageTag
  const language = view['lang'] ?? usual
  const name = termName(term.labels, language, usual)
  const draft = useTermDraft(props, name.text)
  const findings = useFindings(setId, term.id, view['tab'] === 'problems')
  const { kind } = term['@relata.occurrence']
  const isPinned = kind === 'pin' || kind === 'mirror'
  const readOnly = { ...draft, isReadOnly: true }
  const lacksRole = (draft.check?.needs.length ?? 0) > 0
  const problems = findings.data?.length ?? term['@relata.state'].problems
  const base: DetailTab[] = [
    {
      id: 'general',
      isEdited: true,
      title: t('detail.general'),
      content: () => (
        <>
          <General
            draft={isPinned ? readOnly : draft}
            languages={languagesOf(store.languageTags, usual, draft.fields)}
          />
          <Stamps of={term} />
        </>
      ),
    },
    {
      id: 'advanced',
      isEdited: true,
      title: t('detail.advanced'),
      content: () => (
        <>
          <Properties draft={draft} hasLocal={local !== undefined} isSharedReadOnly={isPinned} />
          <Merged ids={term.mergedTermIds ?? []} isKeyword={term.isKeyword === true} />
        </>
      ),
    },
  ]
  const now = (): DetailTab[] => [
    ...base.slice(0, 1),
    {
      id: 'usage',
      title: t('detail.usage'),
      content: () => (
        <Usage
          term={term}
          setId={setId}
          name={name.text}
          language={language}
          usual={usual}
          readOnlyWhy={lacksRole ? t('detail.needs') : undefined}
        />
      ),
    },
    ...base.slice(1),
    {
      id: 'relations',
      title: t('detail.relations'),
      content: () => <Relations termId={term.id} name={name.text} language={language} usual={usual} />,
    },
    {
      id: 'history',
      title: t('detail.history'),
      content: () => <History path={termPath(setId, term.id)} canLookBack />,
    },
    {
      id: 'problems',
      title: t('detail.problems'),
      mark: problems === 0 ? undefined : <CounterBadge size="small" color="informative" count={problems} />,
      content: () => <Problems setId={setId} termId={term.id} />,
    },
  ]
  return (
    <DetailFrame
      title={name.text}
      titleLanguage={name.fallback}
      isPast={asOf !== undefined}
      tools={
        asOf === undefined ? (
          <NodeTools
            node={termNode(term as unknown as AnnotatedTerm, setId)}
            language={language}
            usual={usual}
            readOnlyWhy={lacksRole ? t('detail.needs') : undefined}
          />
        ) : undefined
      }
      bar={
        <>
          {asOf !== undefined && <TermAsOf {...props} at={asOf} name={name.text} />}
          {asOf === undefined && isPinned && <PinnedBar term={term} />}
          {asOf === undefined && lacksRole && <NoRoleBar />}
        </>
      }
      facts={<TermFacts term={term} setId={setId} language={language} usual={usual} />}
      tabs={asOf === undefined ? now() : base}
      isDirty={draft.changed.length > 0}
      foot={
        asOf === undefined && kind !== 'mirror' && !draft.isReadOnly ? (
          <SaveBar draft={draft} fieldName={fieldName} />
        ) : undefined
      }
    />
  )
}

/** The term as it is now beside what it was, to write the one over the other. */
function TermAsOf({ setId, store, term, at, name }: ShownProps & { readonly at: string; readonly name: string }) {
  const { id } = term
  const { kind } = term['@relata.occurrence']
  const now = useRead('term', [setId, id, 'detail', undefined], readTerm(setId, id), { retry: false })
  const restoring = useRestoring({
    id,
    was: useMemo(() => termFields(term, noProperties), [term]),
    now: {
      data: useMemo(() => now.data && termFields(now.data, noProperties), [now.data]),
      error: now.error,
    },
    plansOf: useMemo(() => termPlans(setId, id, store.languageTags), [setId, id, store.languageTags]),
    readOnlyWhy: kind === 'pin' || kind === 'mirror' ? t('usage.pinned') : undefined,
  })
  return <AsOfBar at={at} restoring={{ ...restoring, name, touches: touchesTerm }} />
}
