/** Terms by their labels in all languages, as a table, with what narrows the search in the address. */
import { Button, Input, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { key } from '../data/keys.ts'
import { ask } from '../data/send.ts'
import type { FoundTerm } from '../data/types.ts'
import { maybeText, t } from '../i18n/t.ts'
import { AppLink } from '../kit/AppLink.tsx'
import { announce } from '../kit/announce.ts'
import { Empty } from '../kit/Empty.tsx'
import {
  DismissRegular,
  LinkRegular,
  PinFilled,
  PinRegular,
  ProhibitedRegular,
  SearchRegular,
  TagOffRegular,
} from '../kit/icons.ts'
import { useShortcuts } from '../kit/keys/shortcuts.ts'
import { PageFrame } from '../kit/PageFrame.tsx'
import { Problem } from '../kit/Problem.tsx'
import { Grid, type GridColumn } from '../kit/parts/Grid.tsx'
import { RequestPreview } from '../kit/RequestPreview.tsx'
import { Skeleton } from '../kit/Skeleton.tsx'
import { useShared } from '../kit/styles.ts'
import { useGo, useView, type View } from '../kit/view.ts'
import { Choice, PlaceChoice } from './Choice.tsx'
import { DropToImport } from './files/DropToImport.tsx'
import { type KnownGroups, useGroups, useStoreLanguages } from './groups.ts'
import { usePageStyles } from './pageStyles.ts'
import {
  fits,
  isChosenHere,
  kindOptions,
  matchOptions,
  piecesOf,
  placeOptions,
  searchRequest,
  stateOptions,
} from './search/search.ts'

const restMs = 60
const keptMs = 30_000
/** So many hits are wanted where the page itself chooses among them. */
const wantedHits = 40

const useStyles = makeStyles({
  hit: { fontWeight: tokens.fontWeightSemibold, backgroundColor: tokens.colorBrandBackground2 },
  icons: { display: 'inline-flex', gap: tokens.spacingHorizontalXS, fontSize: '16px', verticalAlign: 'text-bottom' },
  deprecated: { textDecorationLine: 'line-through' },
})

function Label({ label, asked, tag }: { readonly label: string; readonly asked: string; readonly tag?: string }) {
  const styles = useStyles()
  return (
    <span lang={tag}>
      {piecesOf(label, asked).map(({ text, isHit }, at) =>
        isHit ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name.
          <mark key={at} className={styles.hit} style={{ color: 'inherit' }}>
            {text}
          </mark>
        ) : (
          text
        ),
      )}
    </span>
  )
}

const placeIcons = { pin: PinFilled, mirror: PinRegular, reuse: LinkRegular } as const

function States({ term: { kind = 'home', isDeprecated, isAvailable } }: { readonly term: FoundTerm }) {
  const styles = useStyles()
  const Place = placeIcons[kind as keyof typeof placeIcons]
  const icon = (name: string, picture: ReactNode) => (
    <span role="img" aria-label={name} title={name}>
      {picture}
    </span>
  )
  return (
    <span className={styles.icons}>
      {isDeprecated === true && icon(t('termsearch.deprecated'), <ProhibitedRegular />)}
      {Place !== undefined && icon(maybeText(`termsearch.place.${kind}`) ?? kind, <Place />)}
      {isAvailable === false && icon(t('termsearch.unavailable'), <TagOffRegular />)}
    </span>
  )
}

function foundBy({ matched, label }: FoundTerm): string {
  if (matched === undefined || matched.name === label) return ''
  const kind = t(matched.isDefault === true ? 'termsearch.kind.default' : 'termsearch.kind.synonym')
  return `${kind} · ${matched.languageTag}`
}

function pathOf({ setId, path = [] }: FoundTerm, known: KnownGroups): string {
  const set = known.set(setId)
  return [...(set === undefined ? [] : [set.groupName, set.name]), ...path.slice(0, -1)].join(' › ')
}

function columnsOf(asked: string, known: KnownGroups, struck: string): readonly GridColumn<FoundTerm>[] {
  return [
    {
      id: 'label',
      title: t('termsearch.label'),
      width: 'minmax(200px, 3fr)',
      cell: (term) => (
        <>
          <span className={term.isDeprecated === true ? struck : ''}>
            <Label label={term.label ?? ''} asked={asked} />
          </span>{' '}
          <States term={term} />
        </>
      ),
    },
    {
      id: 'found',
      title: t('termsearch.foundBy'),
      width: 'minmax(180px, 2fr)',
      cell: (term) =>
        foundBy(term) === '' ? null : (
          <>
            <Label label={term.matched?.name ?? ''} asked={asked} tag={term.matched?.languageTag ?? ''} />{' '}
            <small>{foundBy(term)}</small>
          </>
        ),
    },
    { id: 'path', title: t('termpages.path'), width: 'minmax(260px, 4fr)', cell: (term) => pathOf(term, known) },
  ]
}

function useSearch(view: View) {
  const { q = '', match, labels, lang, set, group, state, place } = view
  const isWanted = q.trim() !== ''
  const read = useInfiniteQuery({
    queryKey: key('search', 'table', { q: q.trim(), match, labels, lang, set, group, state, place }),
    queryFn: ({ pageParam, signal }) => ask(searchRequest(view, pageParam), { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.skipToken ?? undefined,
    enabled: isWanted,
    staleTime: keptMs,
    placeholderData: keepPreviousData,
  })
  const { data, hasNextPage, isFetching, fetchNextPage } = read
  const found = useMemo(
    () => (isWanted ? (data?.pages ?? []).flatMap(({ items = [] }) => items).filter((term) => fits(term, view)) : []),
    [data, isWanted, view],
  )
  const isTooFew = isChosenHere(view) && found.length < wantedHits
  useEffect(() => {
    if (isTooFew && hasNextPage && !isFetching) void fetchNextPage()
  }, [isTooFew, hasNextPage, isFetching, fetchNextPage])
  return { read, found, isWanted }
}

const facets = ['group', 'set', 'lang', 'labels', 'state', 'place', 'match'] as const

function useFacetChips(view: View, known: KnownGroups): readonly { name: (typeof facets)[number]; text: string }[] {
  return facets.flatMap((name) => {
    const value = view[name]
    if (value === undefined) return []
    const words: Record<(typeof facets)[number], string | undefined> = {
      group: known.group(value)?.name,
      set: known.set(value)?.name,
      lang: value,
      labels: maybeText(`termsearch.kind.${value}`),
      state: maybeText(`termsearch.state.${value}`),
      place: maybeText(`termsearch.place.${value}`),
      match: maybeText(`termsearch.match.${value}`),
    }
    return [{ name, text: words[name] ?? value }]
  })
}

const nothing: View = Object.fromEntries(facets.map((name) => [name, undefined]))

export default function SearchPage() {
  const page = usePageStyles()
  const shared = useShared()
  const styles = useStyles()
  const go = useGo()
  const { view, set } = useView()
  const known = useGroups()
  const languages = useStoreLanguages()
  const field = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(view['q'] ?? '')
  const { read, found, isWanted } = useSearch(view)
  const chips = useFacetChips(view, known)
  useShortcuts([{ keys: '/', words: t('termsearch.title'), run: () => field.current?.select() }])
  useEffect(() => {
    const timer = setTimeout(() => set({ q: text === '' ? undefined : text }), restMs)
    return () => clearTimeout(timer)
  }, [text, set])
  const { hasNextPage, isFetching, fetchNextPage, error, refetch } = read
  const count = t(hasNextPage ? 'termsearch.more' : 'termsearch.count', { n: found.length })
  useEffect(() => {
    if (!isWanted || isFetching) return
    const timer = setTimeout(() => announce(count), 500)
    return () => clearTimeout(timer)
  }, [count, isWanted, isFetching])
  const columns = useMemo(() => columnsOf(view['q'] ?? '', known, styles.deprecated), [view, known, styles.deprecated])
  const clear = (
    <Button size="small" onClick={() => set(nothing)}>
      {t('termpages.clearAll')}
    </Button>
  )
  const open = ({ setId, id }: FoundTerm): void => go(`/terms/s/${setId}/t/${id}`)
  return (
    <PageFrame
      title={t('termsearch.title')}
      trail={<AppLink to="/terms">{t('nav.terms')}</AppLink>}
      tools={<RequestPreview plans={() => [searchRequest(view, undefined)]} />}
      isFull
    >
      <DropToImport className={page.root}>
        <search className={page.tools}>
          <Input
            className={page.search}
            input={{ ref: field }}
            autoFocus
            type="search"
            aria-label={t('termsearch.field')}
            placeholder={t('termsearch.field')}
            contentBefore={<SearchRegular />}
            value={text}
            onChange={(_, { value }) => setText(value)}
            onKeyDown={(event) => {
              if (event.key !== 'ArrowDown') return
              event.preventDefault()
              document.querySelector<HTMLElement>('[role="gridcell"][tabindex="0"]')?.focus()
            }}
          />
          <span className={mergeClasses(shared.soft, shared.numbers)}>{isWanted ? count : ''}</span>
        </search>
        <div className={page.tools}>
          <PlaceChoice
            label={t('termsearch.where')}
            all={t('termsearch.everywhere')}
            known={known}
            group={view['group']}
            set={view['set']}
            onChoose={(place) => set({ group: place.group, set: place.set })}
          />
          <Choice
            label={t('termsearch.language')}
            value={view['lang']}
            options={[
              { value: '', text: t('termsearch.allLanguages') },
              ...languages.map((value) => ({ value, text: value })),
            ]}
            onChoose={(lang) => set({ lang })}
          />
          <Choice
            label={t('termsearch.labels')}
            value={view['labels']}
            options={kindOptions()}
            onChoose={(labels) => set({ labels })}
          />
          <Choice
            label={t('termsearch.state')}
            value={view['state']}
            options={stateOptions()}
            onChoose={(state) => set({ state })}
          />
          <Choice
            label={t('termsearch.place')}
            value={view['place']}
            options={placeOptions()}
            onChoose={(place) => set({ place })}
          />
          <Choice
            label={t('termsearch.match')}
            value={view['match']}
            options={matchOptions()}
            onChoose={(match) => set({ match })}
          />
        </div>
        {error !== null && (
          <div className={page.message}>
            <Problem error={error} onRetry={() => void refetch()} />
          </div>
        )}
        {!isWanted && <Empty text={t('termsearch.empty')} />}
        {isWanted && read.isPending && (
          <div className={page.message}>
            <Skeleton lines={6} />
          </div>
        )}
        {isWanted && !read.isPending && found.length === 0 && !isFetching && (
          <>
            <Empty
              text={t('termsearch.none', { text: view['q'] ?? '' })}
              {...(chips.length === 0 ? {} : { action: clear })}
            />
            <div className={page.chips}>
              {chips.map((chip) => (
                <Button
                  key={chip.name}
                  size="small"
                  shape="circular"
                  icon={<DismissRegular />}
                  iconPosition="after"
                  aria-label={t('termpages.removeFilter', { name: chip.text })}
                  onClick={() => set({ [chip.name]: undefined })}
                >
                  {chip.text}
                </Button>
              ))}
            </div>
          </>
        )}
        {found.length > 0 && (
          <div className={page.list}>
            <Grid
              label={t('termsearch.hits')}
              columns={columns}
              rows={found}
              rowKey={({ id, setId }) => `${setId}:${id}`}
              rowName={({ label = '' }) => label}
              onOpen={open}
              onMore={() => {
                if (hasNextPage && !isFetching) void fetchNextPage()
              }}
              card={{
                height: 72,
                of: (term) => (
                  <div className={page.card}>
                    <div className={shared.ellipsis}>
                      <strong>
                        <Label label={term.label ?? ''} asked={view['q'] ?? ''} />
                      </strong>{' '}
                      <States term={term} />
                    </div>
                    <div className={mergeClasses(shared.small, shared.soft, shared.ellipsis)}>
                      {[term.matched?.name === term.label ? '' : term.matched?.name, pathOf(term, known)]
                        .filter((part) => part)
                        .join(' · ')}
                    </div>
                  </div>
                ),
              }}
            />
          </div>
        )}
      </DropToImport>
    </PageFrame>
  )
}
