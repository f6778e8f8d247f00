/** One term, at the place where it is looked at. What is not saved stays while its tabs are changed. */
import { Badge, CounterBadge, MessageBar, MessageBarActions, MessageBarBody } from '@fluentui/react-components'
import { useCallback, useEffect, useMemo } from 'react'
import { graph } from '../../data/plan.ts'
import { queryClient, reading, useRead } from '../../data/query.ts'
import { t } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { CopyId } from '../../kit/CopyId.tsx'
import { Loaded } from '../../kit/Loaded.tsx'
import { useView } from '../../kit/view.ts'
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
import { AsOfBar, Stamps } from './frame/Facts.tsx'
import { DetailFrame, type DetailTab } from './frame/Frame.tsx'
import { History, Problems, Properties, Relations, Usage } from './frame/tabs.ts'
import { termName } from './names/names.ts'
import { useStore } from './names/storeLanguages.ts'
import { kindName, usePlaces } from './places/places.ts'
import { useFindings } from './problems/findings.ts'

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
  const findings = useFindings(setId, term.id)
  const { kind } = term['@relata.occurrence']
  const isPinned = kind === 'pin' || kind === 'mirror'
  const readOnly = { ...draft, isReadOnly: true }
  const lacksRole = (draft.check?.needs.length ?? 0) > 0
  useFocusedField(view['focus'])
  const problems = findings.data?.length ?? 0
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
      bar={
        <>
          {asOf !== undefined && <AsOfBar at={asOf} />}
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

/** `?focus=de-DE`: a problem leads to the label of that language. */
function useFocusedField(language: string | undefined): void {
  const { set } = useView()
  useEffect(() => {
    if (language === undefined) return
    document.querySelector<HTMLElement>(`#detail-panel input[lang="${CSS.escape(language)}"]`)?.focus()
    set({ focus: undefined })
  }, [language, set])
}

function PinnedBar({ term }: { readonly term: KnownTerm }) {
  const { homeSetId, kind } = term['@relata.occurrence']
  return (
    <MessageBar layout="multiline">
      <MessageBarBody>{t(kind === 'pin' ? 'detail.pinnedHere' : 'detail.belowPin')}</MessageBarBody>
      <MessageBarActions>
        <AppLink to={`/terms/s/${homeSetId}/t/${term.id}`}>{t('detail.toSource')}</AppLink>
      </MessageBarActions>
    </MessageBar>
  )
}

export function NoRoleBar() {
  return (
    <MessageBar layout="multiline">
      <MessageBarBody>{t('detail.needs')}</MessageBarBody>
    </MessageBar>
  )
}

interface FactsProps {
  readonly term: KnownTerm
  readonly setId: string
  readonly language: string
  readonly usual: string
}

function TermFacts({ term, setId, language, usual }: FactsProps) {
  const { places } = usePlaces(term.id, language, usual)
  const { kind, isAvailableForTagging } = term['@relata.occurrence']
  const { isDeprecated } = term['@relata.state']
  const here = places?.find((place) => place.setId === setId)
  const sets = new Set(places?.map((place) => place.setId)).size
  return (
    <>
      {here !== undefined && <span>{here.trail.slice(0, -1).join(' > ')}</span>}
      <CopyId id={term.id} what={t('detail.id')} />
      {sets > 1 && <span>{t('detail.usedIn', { n: sets })}</span>}
      {kind !== 'home' && <Badge appearance="outline">{kindName(kind)}</Badge>}
      {isDeprecated && (
        <Badge appearance="tint" color="warning">
          {t('usage.deprecated')}
        </Badge>
      )}
      {!isAvailableForTagging && <Badge appearance="outline">{t('usage.notForTagging')}</Badge>}
    </>
  )
}

function Merged({ ids, isKeyword }: { readonly ids: readonly string[]; readonly isKeyword: boolean }) {
  if (ids.length === 0 && !isKeyword) return null
  return (
    <dl>
      {isKeyword && (
        <>
          <dt>{t('detail.keyword')}</dt>
          <dd>{t('detail.yes')}</dd>
        </>
      )}
      {ids.length > 0 && (
        <>
          <dt>{t('detail.merged')}</dt>
          {ids.map((id) => (
            <dd key={id}>
              <CopyId id={id} what={t('detail.id')} />
            </dd>
          ))}
        </>
      )}
    </dl>
  )
}
