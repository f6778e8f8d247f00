/** "Right now": what is going on in this world. Each line fails alone. */
import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import type { UseQueryResult } from '@tanstack/react-query'
import { type ComponentType, type ReactNode, useState } from 'react'
import { type BatchAnswer, batchPlan } from '../../data/batch.ts'
import { control, graph } from '../../data/plan.ts'
import { Problem } from '../../data/problem.ts'
import { useRead } from '../../data/query.ts'
import { isOwnRequestId } from '../../data/wire/own.ts'
import { listText, shortDate } from '../../i18n/format.ts'
import { t } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { shortened } from '../../kit/CopyId.tsx'
import {
  BeakerRegular,
  ClockRegular,
  DatabaseRegular,
  PeopleTeamRegular,
  PulseRegular,
  TagMultipleRegular,
} from '../../kit/icons.ts'
import { Boundary } from '../../kit/parts/Boundary.tsx'
import { useShared } from '../../kit/styles.ts'
import { kindText, offsetText, useClock, useDue, useFixedReason, useMover } from '../../shell/clock/clock.ts'

const useStyles = makeStyles({
  list: {
    listStyle: 'none',
    margin: 0,
    padding: 0,
    display: 'grid',
    gridTemplateColumns: '20px max-content minmax(0, 1fr) max-content',
    columnGap: tokens.spacingHorizontalM,
    '@media (max-width: 640px)': { gridTemplateColumns: '20px minmax(0, 1fr) max-content' },
  },
  tile: {
    display: 'grid',
    gridTemplateColumns: 'subgrid',
    gridColumn: '1 / -1',
    alignItems: 'baseline',
    minHeight: '40px',
    paddingBlock: tokens.spacingVerticalS,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    ':last-child': { borderBottom: 'none' },
    '@media (max-width: 640px)': { rowGap: '2px' },
  },
  icon: { fontSize: '20px', display: 'inline-flex', alignSelf: 'center', color: tokens.colorNeutralForeground3 },
  text: {
    overflowWrap: 'anywhere',
    '@media (max-width: 640px)': { gridColumn: '2 / -1', gridRow: 2 },
  },
  failed: { color: tokens.colorStatusDangerForeground3 },
  title: { fontWeight: tokens.fontWeightSemibold },
})

interface TileProps<Answer> {
  readonly icon: ComponentType
  readonly title: string
  readonly read: Pick<UseQueryResult<Answer, Error>, 'data' | 'error'>
  readonly to: string
  readonly action: string
  readonly children: (answer: Answer) => ReactNode
}

function NotKnown({ error }: { readonly error: Error }) {
  const styles = useStyles()
  const id = error instanceof Problem ? error.requestId : undefined
  return (
    <span className={styles.failed} title={error.message}>
      {t('overview.notKnown')}
      {id !== undefined && (
        <>
          {', '}
          <AppLink to={`/requests/${id}`} inline>
            {t('overview.request', { id: shortened(id) })}
          </AppLink>
        </>
      )}
    </span>
  )
}

function Tile<Answer>({ icon: Icon, title, read, to, action, children }: TileProps<Answer>) {
  const styles = useStyles()
  const { data, error } = read
  return (
    <li className={styles.tile}>
      <span className={styles.icon} aria-hidden="true">
        <Icon />
      </span>
      <span className={styles.title}>{title}</span>
      <span className={styles.text}>
        <Boundary>{error !== null ? <NotKnown error={error} /> : data === undefined ? '…' : children(data)}</Boundary>
      </span>
      <AppLink to={to} title={`${title}: ${action}`}>
        {action}
      </AppLink>
    </li>
  )
}

interface Logged {
  readonly status: number
  readonly clientRequestId?: string
  readonly path: string
}

const mostCounted = 200
const minuteMs = 60_000
const againMs = 5000

function Requests() {
  const [began] = useState(() => Date.now())
  const read = useRead(
    'requests',
    ['last minute', began],
    control<{ readonly value: readonly Logged[] }>('GET', '/requests', {
      query: { since: new Date(Date.now() - minuteMs).toISOString(), top: mostCounted },
    }),
    { refetchInterval: againMs, staleTime: 0 },
  )
  return (
    <Tile icon={PulseRegular} title={t('nav.requests')} read={read} to="/requests" action={t('overview.look')}>
      {({ value }) => {
        // What the pages ask for themselves is no news.
        const others = value.filter(
          ({ clientRequestId, path }) =>
            !isOwnRequestId(clientRequestId) && /^\/(?:v1\.0|beta|_api|_relata)\b/.test(path),
        )
        const refused = others.filter(({ status }) => status >= 400).length
        const many = t('overview.requests', { n: others.length })
        return refused === 0 ? many : `${many}, ${t('overview.refused', { n: refused })}`
      }}
    </Tile>
  )
}

function Clock() {
  const shared = useShared()
  const clock = useClock()
  const mover = useMover()
  const [next] = useDue().data?.due ?? []
  const isFixed = useFixedReason() !== undefined
  return (
    <Tile icon={ClockRegular} title={t('nav.clock')} read={clock} to="/clock" action={t('overview.open')}>
      {({ frozen, now }) => {
        const offset = offsetText(frozen, new Date(now)) ?? t('clock.true')
        if (next === undefined) return offset
        const facts = { what: kindText(next), date: shortDate(next.dueDateTime) }
        const { displayName: name } = next
        const words = name === undefined ? t('overview.nextUnnamed', facts) : t('overview.next', { name, ...facts })
        return (
          <span className={shared.row}>
            <span>
              {offset}; {words}
            </span>
            {!isFixed && (
              <Button
                size="small"
                disabledFocusable={mover.isBusy}
                onClick={() => void mover.move({ set: next.dueDateTime })}
              >
                {t('overview.jump')}
              </Button>
            )}
          </span>
        )
      }}
    </Tile>
  )
}

function Faults() {
  const read = useRead(
    'faults',
    [],
    control<{ readonly value: readonly { readonly id: string; readonly on?: boolean }[] }>('GET', '/faults'),
  )
  return (
    <Tile icon={BeakerRegular} title={t('nav.faults')} read={read} to="/faults" action={t('overview.open')}>
      {({ value }) => {
        const on = value.filter((rule) => rule.on !== false)
        return on.length === 0 ? t('overview.noFaults') : listText(on.slice(0, 4).map(({ id }) => id))
      }}
    </Tile>
  )
}

const mostNamed = 4

function Worlds() {
  const read = useRead('worlds', [], control<{ readonly value: readonly { readonly id: string }[] }>('GET', '/worlds'))
  return (
    <Tile icon={DatabaseRegular} title={t('nav.worlds')} read={read} to="/worlds" action={t('overview.open')}>
      {({ value }) => {
        const names = value.slice(0, mostNamed).map(({ id }) => id)
        const more = value.length - names.length
        return more > 0 ? `${names.join(', ')} ${t('overview.more', { n: more })}` : listText(names)
      }}
    </Tile>
  )
}

const relationships = '/tenantRelationships/delegatedAdminRelationships'
const counted = [
  '/termStore/groups/$count',
  '/termStore/sets/$count',
  `${relationships}/$count?$filter=${encodeURIComponent("status eq 'active'")}`,
  `${relationships}/$count?$filter=${encodeURIComponent("status eq 'approvalPending'")}`,
] as const

export const countsPlan = batchPlan(counted.map((path) => graph('GET', path)))

function countAt({ responses }: BatchAnswer, at: number): number {
  const found = responses.find(({ id }) => id === `${at}`)
  if (found === undefined || found.status !== 200) throw new Error(t('overview.notKnown'))
  return Number(found.body)
}

/** One batch for both tiles; each reads its own answers. */
function useCounts(topic: 'groups' | 'relationships') {
  return useRead(topic, ['overview counts'], countsPlan)
}

function Store() {
  const read = useCounts('groups')
  return (
    <Tile icon={TagMultipleRegular} title={t('nav.terms')} read={read} to="/terms" action={t('overview.open')}>
      {(answer) =>
        listText([t('overview.groups', { n: countAt(answer, 0) }), t('overview.sets', { n: countAt(answer, 1) })])
      }
    </Tile>
  )
}

function Gdap() {
  const read = useCounts('relationships')
  return (
    <Tile icon={PeopleTeamRegular} title="GDAP" read={read} to="/gdap" action={t('overview.open')}>
      {(answer) => {
        const waits = countAt(answer, 3)
        const active = t('overview.active', { n: countAt(answer, 2) })
        return waits === 0 ? active : `${active}, ${t('overview.waits', { n: waits })}`
      }}
    </Tile>
  )
}

export function Tiles() {
  const styles = useStyles()
  const shared = useShared()
  return (
    <section className={shared.card} aria-labelledby="overview-now">
      <h2 id="overview-now" className={mergeClasses(shared.paneTitle)}>
        {t('overview.now')}
      </h2>
      <ul className={styles.list}>
        <Requests />
        <Clock />
        <Faults />
        <Worlds />
        <Store />
        <Gdap />
      </ul>
    </section>
  )
}
