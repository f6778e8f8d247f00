/** Where to: found by a text, used a moment ago, or walked to through the sets. Places that refuse say why. */
import { Button, Input, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react'
import { batchPlan } from '../../data/batch.ts'
import { key } from '../../data/keys.ts'
import type { RequestPlan } from '../../data/plan.ts'
import { ask } from '../../data/send.ts'
import type { Page } from '../../data/types.ts'
import { t } from '../../i18n/t.ts'
import {
  ArrowLeftRegular,
  CheckmarkRegular,
  ChevronRightRegular,
  SearchRegular,
  TagMultipleRegular,
  TagRegular,
} from '../../kit/icons.ts'
import { useWhenSettled } from '../../kit/keys/settled.ts'
import { useShared } from '../../kit/styles.ts'
import { type AnnotatedTerm, childrenPlan, type DryRun, dryRunOf, termNode } from '../api.ts'
import { keyOfParent, labelIn } from '../rows.ts'
import { HitStates } from '../tree/row/states.tsx'
import { type Hit, hitOf } from '../tree/search/find.ts'
import { useHitStyles } from '../tree/search/hitStyles.ts'
import { marked, useFound } from '../tree/search/SearchField.tsx'
import { isOfLikeChildren } from './merging.ts'
import { reasonOf } from './reason.ts'
import { recentTargets } from './recent.ts'

const useStyles = makeStyles({
  list: {
    minHeight: '120px',
    maxHeight: '300px',
    overflow: 'auto',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    padding: tokens.spacingHorizontalXS,
  },
  heading: { padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalS}` },
  hit: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    minHeight: '36px',
    paddingBlock: '2px',
  },
  refused: { cursor: 'default' },
  // Where the keys are, without looking like what can be chosen.
  passed: { border: `1px dashed ${tokens.colorNeutralStrokeAccessible}` },
  why: { overflowWrap: 'anywhere' },
  icon: { display: 'inline-flex', flexShrink: 0, fontSize: '20px' },
  words: { display: 'flex', flexDirection: 'column', flexGrow: 1, minWidth: 0 },
})

interface Place {
  readonly setId: string
  readonly termId: string | undefined
  readonly label: string
}

interface TargetPickerProps {
  readonly label: string
  readonly sets: readonly Hit[]
  readonly setName: (setId: string) => string
  readonly language: string
  readonly defaultLanguage: string
  readonly isForTermsOnly: boolean
  readonly chosen: Hit | undefined
  readonly onChoose: (hit: Hit) => void
  /** What choosing it would send; undefined: that is not asked beforehand. */
  readonly planOf?: ((hit: Hit) => RequestPlan | undefined) | undefined
}

/** Where the keys are: the place, and where it was in the list, in which it can be twice. */
interface Walked {
  readonly index: number
  readonly hit: Hit
}

function isSame(one: Hit, other: Hit | undefined): boolean {
  return one.setId === other?.setId && one.termId === other?.termId
}

/** In the list as it is now: what is found yet moves it. -1: it is not there. */
function placeOf(walked: Walked | undefined, hits: readonly Hit[]): number {
  if (walked === undefined) return -1
  const { index, hit } = walked
  return isSame(hit, hits[index]) ? index : hits.findIndex((one) => isSame(one, hit))
}

function namesIn(hits: readonly Hit[]): ReadonlyMap<string, string> {
  return new Map(hits.map(({ setId, termId, label }) => [(termId ?? setId).toLowerCase(), label]))
}

/** Why hits would be refused, by their place in the list. */
function useRefusals(hits: readonly Hit[], planOf: TargetPickerProps['planOf']): ReadonlyMap<number, string> {
  const asked = hits.slice(0, 10).flatMap((hit, at) => {
    const plan = planOf?.(hit)
    return plan === undefined ? [] : [{ at, plan: dryRunOf(plan) }]
  })
  const { data } = useQuery({
    queryKey: key('rows', 'refusals', JSON.stringify(asked)),
    queryFn: ({ signal }) => ask(batchPlan(asked.map(({ plan }) => plan)), { signal }),
    enabled: asked.length > 0,
    staleTime: 5000,
  })
  const refusals = new Map<number, string>()
  for (const { id, body } of data?.responses ?? []) {
    const answer = body as unknown as Partial<DryRun> | undefined
    // What can be chosen in the drawer does not stand against the place.
    const first = answer?.refusals?.find((one) => !isOfLikeChildren(one))
    const entry = asked[Number(id)]
    if (first !== undefined && entry !== undefined) refusals.set(entry.at, reasonOf(first.message, namesIn(hits)))
  }
  return refusals
}

function useChildren(
  place: Place | undefined,
  language: string,
  defaultLanguage: string,
  path: string,
): readonly Hit[] {
  const parentKey = place === undefined ? '' : keyOfParent(place.setId, place.termId)
  const { data } = useQuery({
    queryKey: key('rows', 'picker', parentKey),
    queryFn: ({ signal }) => ask(childrenPlan(parentKey, 200) as RequestPlan<Page<AnnotatedTerm>>, { signal }),
    enabled: place !== undefined,
  })
  if (place === undefined) return []
  return (data?.value ?? []).map((term): Hit => {
    const node = termNode(term, place.setId)
    const { name } = labelIn(node, language, defaultLanguage)
    return {
      setId: place.setId,
      termId: node.id,
      label: name,
      matched: undefined,
      path,
      isDeprecated: node.isDeprecated,
      place: node.place,
      isAvailable: node.isAvailable,
    }
  })
}

/** After the drawer has put the focus on its first button. */
function takeFocus(element: HTMLInputElement | null): void {
  setTimeout(() => element?.focus(), 30)
}

export function TargetPicker(props: TargetPickerProps) {
  const { label, sets, setName, language, defaultLanguage, isForTermsOnly, chosen, onChoose, planOf } = props
  const styles = useStyles()
  const shared = useShared()
  const looks = useHitStyles()
  const list = useId()
  const [text, setText] = useState('')
  const [walked, setWalked] = useState<Walked | undefined>()
  const [places, setPlaces] = useState<readonly Place[]>([])
  const { data, isSettled } = useFound(text, 8)
  const place = places.at(-1)
  const placePath = places.map((one) => one.label).join(' › ')
  const children = useChildren(place, language, defaultLanguage, placePath)
  const isSearching = text.trim() !== ''
  const foundSets =
    isSearching && !isForTermsOnly
      ? sets.filter((set) => set.label.toLocaleLowerCase().includes(text.trim().toLocaleLowerCase())).slice(0, 3)
      : []
  const recent =
    isSearching || place !== undefined
      ? []
      : recentTargets().filter(({ termId }) => !isForTermsOnly || termId !== undefined)
  const found = isSearching
    ? (data?.items ?? []).filter(({ isDeprecated }) => isDeprecated !== true).map((item) => hitOf(item, setName))
    : []
  const browsed = isSearching ? [] : place === undefined ? sets : children
  const hits = [...recent, ...found, ...foundSets, ...browsed]
  const refusals = useRefusals(hits, planOf)
  const canChoose = (hit: Hit, index: number): boolean =>
    refusals.get(index) === undefined && !(isForTermsOnly && hit.termId === undefined)
  const walkedTo = placeOf(walked, hits)
  // Until the keys lead elsewhere: the first place that can be chosen.
  const at = walkedTo >= 0 ? walkedTo : Math.max(0, hits.findIndex(canChoose))
  const walkTo = (index: number): void => {
    const hit = hits[index]
    if (hit !== undefined) setWalked({ index, hit })
  }
  const goInto = (hit: Hit): void => {
    setPlaces((now) => [...now, { setId: hit.setId, termId: hit.termId, label: hit.label }])
    setText('')
    setWalked(undefined)
  }
  const choose = (index: number): void => {
    const hit = hits[index]
    if (hit === undefined) return
    if (canChoose(hit, index)) onChoose(hit)
    else if (hit.termId === undefined && isForTermsOnly) goInto(hit)
  }
  const chooseFirst = useWhenSettled(isSettled, text, () =>
    choose(hits.findIndex((one, index) => index >= at && canChoose(one, index))),
  )
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const hit = hits[at]
    if (step !== undefined) walkTo(Math.max(0, Math.min(hits.length - 1, at + step)))
    else if (event.key === 'Enter') {
      chooseFirst()
    } else if (event.key === 'ArrowRight' && text === '' && hit !== undefined) goInto(hit)
    else if (event.key === 'ArrowLeft' && text === '' && place !== undefined) setPlaces((now) => now.slice(0, -1))
    else return
    event.preventDefault()
  }
  const option = (hit: Hit, index: number): ReactNode => {
    const why = refusals.get(index)
    const isChosen = why === undefined && isSame(hit, chosen)
    const isActive = index === at && why === undefined
    return (
      <div
        key={`${index} ${hit.setId} ${hit.termId}`}
        className={mergeClasses(
          looks.root,
          styles.hit,
          isActive && looks.active,
          isChosen && looks.chosen,
          (isActive || isChosen) && looks.turned,
          why !== undefined && styles.refused,
          index === at && why !== undefined && styles.passed,
        )}
      >
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys. */}
        <div
          id={`${list}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={isChosen}
          aria-disabled={why !== undefined}
          className={mergeClasses(shared.row, shared.grow)}
          style={{ flexWrap: 'nowrap' }}
          onClick={() => {
            walkTo(index)
            choose(index)
          }}
        >
          <span className={styles.icon}>{hit.termId === undefined ? <TagMultipleRegular /> : <TagRegular />}</span>
          <span className={styles.words}>
            <span className={mergeClasses(shared.ellipsis, why !== undefined && looks.soft)}>
              {marked(hit.label, text.trim())}
            </span>
            <span
              className={mergeClasses(
                shared.small,
                ...(why === undefined ? [shared.ellipsis, looks.soft] : [styles.why, looks.why]),
              )}
              title={why === undefined ? hit.path : undefined}
            >
              {why ?? hit.path}
            </span>
          </span>
          <HitStates hit={hit} />
          {isChosen && (
            <span className={styles.icon}>
              <CheckmarkRegular />
            </span>
          )}
        </div>
      </div>
    )
  }
  const headed = (title: string, part: readonly Hit[], from: number): ReactNode =>
    part.length === 0 ? null : (
      <div role="group" aria-label={title}>
        <div className={mergeClasses(styles.heading, shared.small, shared.soft)} aria-hidden="true">
          {title}
        </div>
        {part.map((hit, index) => option(hit, from + index))}
      </div>
    )
  return (
    <div className={shared.column}>
      <Input
        ref={takeFocus}
        role="combobox"
        aria-label={label}
        aria-expanded
        aria-controls={list}
        aria-activedescendant={hits.length > 0 ? `${list}-${at}` : undefined}
        placeholder={label}
        contentBefore={<SearchRegular />}
        value={text}
        onChange={(_, { value }) => {
          setText(value)
          setWalked(undefined)
        }}
        onKeyDown={onKeyDown}
      />
      {(place !== undefined || (hits[at] !== undefined && !isSearching)) && (
        <div className={shared.row}>
          {place !== undefined && (
            <Button
              size="small"
              appearance="subtle"
              icon={<ArrowLeftRegular />}
              onClick={() => setPlaces((now) => now.slice(0, -1))}
            >
              {placePath}
            </Button>
          )}
          <span className={shared.grow} />
          {hits[at] !== undefined && (
            <Button
              size="small"
              appearance="subtle"
              icon={<ChevronRightRegular />}
              iconPosition="after"
              onClick={() => hits[at] !== undefined && goInto(hits[at])}
            >
              {t('actions.below', { name: hits[at].label })}
            </Button>
          )}
        </div>
      )}
      <div className={styles.list} role="listbox" id={list} aria-label={label} data-scrolls>
        {headed(t('actions.recent'), recent, 0)}
        {headed(t('actions.found'), found, recent.length)}
        {headed(t('actions.sets'), foundSets, recent.length + found.length)}
        {headed(place === undefined ? t('actions.sets') : placePath, browsed, recent.length)}
        {hits.length === 0 && isSettled && (
          <div className={mergeClasses(styles.heading, shared.soft)}>
            {isSearching ? t('tree.noHits', { text: text.trim() }) : t('actions.nothingBelow')}
          </div>
        )}
      </div>
    </div>
  )
}
