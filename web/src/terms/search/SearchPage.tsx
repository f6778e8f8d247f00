/** Terms by their labels in all languages, as a table, with what narrows the search in the address. */
import { Input, mergeClasses } from '@fluentui/react-components'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import type { FoundTerm } from '../../data/types.ts'
import { t, useLanguage } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { announce } from '../../kit/announce.ts'
import { Empty } from '../../kit/Empty.tsx'
import { SearchRegular } from '../../kit/icons.ts'
import { useShortcuts } from '../../kit/keys/shortcuts.ts'
import { PageFrame } from '../../kit/PageFrame.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { Grid } from '../../kit/parts/Grid.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { Skeleton } from '../../kit/Skeleton.tsx'
import { useShared } from '../../kit/styles.ts'
import { useGo, useView } from '../../kit/view.ts'
import { DropToImport } from '../files/DropToImport.tsx'
import { type KnownGroups, useGroups } from '../groups.ts'
import { usePageStyles } from '../pageStyles.ts'
import { columnsOf, Label, pathOf, States, useHitStyles } from './columns.tsx'
import { FacetChips, Facets } from './Facets.tsx'
import { isChosenHere, searchRequest, totalRequest } from './search.ts'
import { useSearch } from './useSearch.ts'

const restMs = 60
const announceMs = 500
/** The server counts no further. */
const mostCounted = 1000

function countText(loaded: number, total: number | undefined, hasMore: boolean): string {
  if (total === mostCounted) return t('termsearch.atLeast', { n: total })
  if (total !== undefined) return t('termsearch.count', { n: total })
  return t(hasMore ? 'termsearch.more' : 'termsearch.count', { n: loaded })
}

interface CardProps {
  readonly term: FoundTerm
  readonly asked: string
  readonly known: KnownGroups
}

function Card({ term, asked, known }: CardProps) {
  const page = usePageStyles()
  const shared = useShared()
  const { matched, label = '' } = term
  return (
    <div className={page.card}>
      <div className={shared.ellipsis}>
        <strong>
          <Label label={label} asked={asked} />
        </strong>{' '}
        <States term={term} />
      </div>
      <div className={mergeClasses(shared.small, shared.soft, shared.ellipsis)}>
        {[matched?.name === label ? '' : matched?.name, pathOf(term, known)].filter((part) => part).join(' · ')}
      </div>
    </div>
  )
}

/** Enter opens the first hit, also where it is pressed before the hits of what was typed are there. */
function useFirstHit(isShown: boolean, first: FoundTerm | undefined, open: (term: FoundTerm) => void) {
  const [isPressed, setPressed] = useState(false)
  useEffect(() => {
    if (!isPressed || !isShown) return
    setPressed(false)
    if (first !== undefined) open(first)
  }, [isPressed, isShown, first, open])
  return setPressed
}

export default function SearchPage() {
  const language = useLanguage()
  const page = usePageStyles()
  const shared = useShared()
  const { deprecated } = useHitStyles()
  const go = useGo()
  const { view, set } = useView()
  const known = useGroups()
  const field = useRef<HTMLInputElement>(null)
  const asked = view['q'] ?? ''
  const [text, setText] = useState(asked)
  const { read, found, isWanted, total } = useSearch(view)
  useShortcuts([{ keys: '/', words: t('termsearch.title'), run: () => field.current?.select() }])
  useEffect(() => {
    const timer = setTimeout(() => set({ q: text === '' ? undefined : text }), restMs)
    return () => clearTimeout(timer)
  }, [text, set])
  const { hasNextPage, isFetching, isPlaceholderData, fetchNextPage, error, refetch } = read
  const count = countText(found.length, total, hasNextPage)
  useEffect(() => {
    if (!isWanted || isFetching) return
    const timer = setTimeout(() => announce(count), announceMs)
    return () => clearTimeout(timer)
  }, [count, isWanted, isFetching])
  // biome-ignore lint/correctness/useExhaustiveDependencies: titles are in the language of the pages.
  const columns = useMemo(() => columnsOf(asked, known, deprecated), [asked, known, deprecated, language])
  const open = ({ setId, id }: FoundTerm): void => go(`/terms/s/${setId}/t/${id}`)
  const pressEnter = useFirstHit(
    text === asked && !read.isPending && !(isFetching && isPlaceholderData),
    isWanted ? found[0] : undefined,
    open,
  )
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && text.trim() !== '') pressEnter(true)
    if (event.key !== 'ArrowDown') return
    event.preventDefault()
    document.querySelector<HTMLElement>('[role="gridcell"][tabindex="0"]')?.focus()
  }
  const isNothing = isWanted && !read.isPending && !isFetching && found.length === 0
  return (
    <PageFrame
      title={t('termsearch.title')}
      trail={<AppLink to="/terms">{t('nav.terms')}</AppLink>}
      tools={<RequestPreview plans={() => [searchRequest(view, undefined), totalRequest(view)]} />}
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
            onChange={(_, { value }) => {
              setText(value)
              pressEnter(false)
            }}
            onKeyDown={onKeyDown}
          />
          <span className={mergeClasses(shared.soft, shared.numbers)}>{isWanted ? count : ''}</span>
          {isWanted && hasNextPage && isChosenHere(view) && (
            <span className={shared.soft}>{t('termsearch.chosenHere')}</span>
          )}
        </search>
        <Facets view={view} known={known} onChange={set} />
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
        {isNothing && (
          <>
            <Empty text={t('termsearch.none', { text: asked })} />
            <FacetChips view={view} known={known} onChange={set} />
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
              card={{ height: 72, of: (term) => <Card term={term} asked={asked} known={known} /> }}
            />
          </div>
        )}
      </DropToImport>
    </PageFrame>
  )
}
