/** Ctrl+K: one field for pages, terms, relationships, and ids of anything. */
import { Dialog, DialogBody, DialogSurface, Input, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useEffect, useId, useState } from 'react'
import { key } from '../data/keys.ts'
import { graph, literal } from '../data/plan.ts'
import { ask } from '../data/send.ts'
import { useSession } from '../data/session.ts'
import type { FoundTerm, GraphType, Page, Relationship } from '../data/types.ts'
import { t } from '../i18n/t.ts'
import { announce } from '../kit/announce.ts'
import { useShared } from '../kit/styles.ts'
import { useGo } from '../kit/view.ts'
import { placesOf } from './places.ts'

const useStyles = makeStyles({
  surface: { maxWidth: '640px', marginTop: '10vh', padding: tokens.spacingHorizontalM },
  body: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  list: { maxHeight: '60vh', overflow: 'auto' },
  heading: { padding: tokens.spacingHorizontalXS, fontSize: tokens.fontSizeBase200 },
  item: {
    display: 'flex',
    gap: tokens.spacingHorizontalM,
    padding: tokens.spacingHorizontalS,
    borderRadius: tokens.borderRadiusMedium,
    border: '1px solid transparent',
    cursor: 'pointer',
  },
  active: { backgroundColor: tokens.colorNeutralBackground1Selected },
})

interface Hit {
  readonly id: string
  readonly group: 'palette.terms' | 'palette.goTo' | 'palette.relationships' | 'palette.ids'
  readonly text: string
  readonly more?: string
  readonly to: string
}

const mostHits = 8
const restMs = 60
const keptMs = 30_000
const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:-[0-9a-f-]{36})?$/i

/** The text after it has rested. */
export function useRested(text: string, ms = restMs): string {
  const [rested, setRested] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), ms)
    return () => clearTimeout(timer)
  }, [text, ms])
  return rested
}

export function searchPlan(text: string, top = mostHits) {
  return graph<GraphType<'relata.searchResult'>>('POST', '/termStore/relata.search', { body: { text, top } })
}

export function termAddress({
  set,
  id,
}: {
  readonly set?: string | undefined
  readonly id?: string | undefined
}): string {
  return `/terms/s/${set}/t/${id}`
}

/** Where a pasted id leads. */
function idHits(text: string): Hit[] {
  if (!guid.test(text)) return []
  const of = (kind: string, to: string): Hit => ({ id: to, group: 'palette.ids', text: kind, more: text, to })
  return [
    of(t('palette.id.term'), `/terms/t/${text}`),
    of(t('palette.id.set'), `/terms/s/${text}`),
    of(t('palette.id.relationship'), `/gdap/relationships/${text}`),
    of(t('palette.id.request'), `/requests/${text}`),
  ]
}

function termHit({ id, setId, label = '', path = [], matched }: FoundTerm): Hit {
  const other = matched?.name === undefined || matched.name === label ? '' : ` (${matched.name})`
  return {
    id: `${setId}:${id}`,
    group: 'palette.terms',
    text: `${label}${other}`,
    more: path.join(' › '),
    to: termAddress({ set: setId, id }),
  }
}

function useHits(text: string): { readonly hits: readonly Hit[]; readonly isAsking: boolean } {
  const { info, acting } = useSession()
  const asked = useRested(text.trim())
  const isWanted = asked.length > 0 && acting !== undefined
  const terms = useQuery({
    queryKey: key('search', asked),
    queryFn: ({ signal }) => ask(searchPlan(asked), { signal }),
    enabled: isWanted && info.features.includes('term-store') && !info.strict,
    staleTime: keptMs,
  })
  const relationships = useQuery({
    queryKey: key('relationships', 'palette', asked),
    queryFn: ({ signal }) =>
      ask(
        graph<Page<Relationship>>('GET', '/tenantRelationships/delegatedAdminRelationships', {
          query: { $filter: `contains(displayName,${literal(asked)})`, $top: mostHits },
        }),
        { signal },
      ),
    enabled: isWanted,
    staleTime: keptMs,
  })
  const words = text.trim().toLowerCase()
  const places = placesOf(info)
    .filter((place) => t(place.text).toLowerCase().includes(words) || place.to.includes(words))
    .slice(0, words === '' ? 30 : mostHits)
    .map((place): Hit => ({ id: place.to, group: 'palette.goTo', text: t(place.text), to: place.to }))
  const found = isWanted ? (terms.data?.items ?? []).map((term) => termHit(term)) : []
  const related = isWanted
    ? (relationships.data?.value ?? []).map(
        (one): Hit => ({
          id: one.id ?? '',
          group: 'palette.relationships',
          text: one.displayName ?? '',
          more: one.customer?.displayName ?? '',
          to: `/gdap/relationships/${one.id}`,
        }),
      )
    : []
  return {
    hits: [...idHits(text.trim()), ...found, ...places, ...related],
    isAsking: terms.isFetching || relationships.isFetching,
  }
}

export function Palette({ onClose }: { readonly onClose: () => void }) {
  const styles = useStyles()
  const shared = useShared()
  const go = useGo()
  const list = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const { hits, isAsking } = useHits(text)
  const count = hits.length
  useEffect(() => {
    if (isAsking || text === '') return
    const timer = setTimeout(() => announce(t('palette.hits', { n: count })), 500)
    return () => clearTimeout(timer)
  }, [count, isAsking, text])
  const choose = (hit: Hit | undefined): void => {
    if (hit === undefined) return
    onClose()
    go(hit.to)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }
    const step = steps[event.key]
    if (step !== undefined) {
      event.preventDefault()
      setAt(Math.max(0, Math.min(count - 1, at + step)))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      choose(hits[at])
    }
  }
  const option = (index: number): string => `${list}-${index}`
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface className={styles.surface} aria-label={t('palette.open')}>
        <DialogBody className={styles.body}>
          <Input
            autoFocus
            role="combobox"
            aria-expanded
            aria-controls={list}
            aria-activedescendant={count > 0 ? option(at) : undefined}
            aria-label={t('palette.open')}
            placeholder={t('palette.open')}
            value={text}
            onChange={(_, { value }) => {
              setText(value)
              setAt(0)
            }}
            onKeyDown={onKeyDown}
          />
          <div className={styles.list} role="listbox" id={list} aria-label={t('palette.found')}>
            {hits.map((hit, index) => (
              <div key={`${hit.group} ${hit.id}`} role="presentation">
                {hits[index - 1]?.group !== hit.group && (
                  <div className={mergeClasses(styles.heading, shared.soft)} role="presentation">
                    {t(hit.group)}
                  </div>
                )}
                {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys. */}
                <div
                  id={option(index)}
                  role="option"
                  tabIndex={-1}
                  aria-selected={index === at}
                  className={mergeClasses(styles.item, index === at && styles.active)}
                  onPointerMove={() => setAt(index)}
                  onClick={() => choose(hit)}
                >
                  <span className={shared.ellipsis}>{hit.text}</span>
                  <span className={mergeClasses(shared.soft, shared.small, shared.ellipsis)}>{hit.more}</span>
                </div>
              </div>
            ))}
            {count === 0 && !isAsking && <div className={shared.soft}>{t('palette.none', { text })}</div>}
          </div>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
