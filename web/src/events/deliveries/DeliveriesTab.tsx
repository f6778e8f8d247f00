/** What became of events at targets, newest first, by filters that are in the address; one beside the list. */
import { Button, Field, Input, mergeClasses, Select } from '@fluentui/react-components'
import { useDeferredValue } from 'react'
import { instantText, numberText, serverNow, useTick } from '../../i18n/format.ts'
import { t } from '../../i18n/t.ts'
import { Empty } from '../../kit/Empty.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { Grid, type GridColumn } from '../../kit/parts/Grid.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { Skeleton } from '../../kit/Skeleton.tsx'
import { useShared } from '../../kit/styles.ts'
import { TimeText } from '../../kit/TimeText.tsx'
import { StatusBadge } from '../../kit/values/StatusBadge.tsx'
import { useView } from '../../kit/view.ts'
import {
  type Delivery,
  type DeliveryWishes,
  deliveryStates,
  plans,
  useDeliveries,
  useTargets,
  useWebhooks,
} from '../api.ts'
import { useEventStyles } from '../styles.ts'
import { answerOf, deliveryBadge, nameOf } from '../words.ts'
import { DeliveryPanel } from './DeliveryPanel.tsx'
import { isOfRelationship, useSubjects } from './subjects.ts'

type NameOfTarget = (id: string) => string

type Place = Pick<Delivery, 'targetId' | 'sequence' | 'round'>

/** In the address of the page; it is opened also where the list does not have it. */
export function keyOf({ targetId, sequence, round }: Place): string {
  return `${targetId}:${sequence}:${round}`
}

function placeIn(text: string | undefined): Place | undefined {
  const [, targetId, sequence, round] = /^(.+):(\d{1,15}):(\d{1,6})$/.exec(text ?? '') ?? []
  return targetId === undefined ? undefined : { targetId, sequence: Number(sequence), round: Number(round) }
}

type SubjectOf = (row: Delivery) => string

/** How often it was tried, and when it is, or was, tried. */
function attemptsText({ state, attempts: n, nextWorld, lastDateTime }: Delivery): string {
  if (state === 'waiting' && nextWorld !== null) {
    const now = serverNow()
    const next = new Date(nextWorld)
    return t('events.attemptsNext', { n, time: instantText(next < now ? now : next) })
  }
  if (n === 0 || lastDateTime === null) return numberText(n)
  return t('events.attemptsLast', { n, time: instantText(lastDateTime) })
}

function columns(name: NameOfTarget, subject: SubjectOf): readonly GridColumn<Delivery>[] {
  return [
    {
      id: 'when',
      title: t('events.when'),
      width: '128px',
      cell: ({ eventDateTime }) => <TimeText at={eventDateTime} />,
    },
    {
      id: 'event',
      title: t('events.event'),
      width: 'minmax(250px, 4fr)',
      cell: ({ eventName }) => <span title={eventName}>{eventName}</span>,
    },
    {
      id: 'subject',
      title: t('events.filter.subject'),
      width: 'minmax(140px, 3fr)',
      cell: (row) => <span title={isOfRelationship(row) ? row.orderingKey : row.subjectId}>{subject(row)}</span>,
    },
    { id: 'target', title: t('events.target'), width: 'minmax(110px, 2fr)', cell: ({ targetId }) => name(targetId) },
    { id: 'state', title: t('events.state'), width: '140px', cell: (row) => <StatusBadge {...deliveryBadge(row)} /> },
    { id: 'attempts', title: t('events.attempts'), width: 'minmax(190px, 1fr)', cell: attemptsText },
    { id: 'answer', title: t('events.answer'), width: 'minmax(88px, 2fr)', cell: answerOf },
  ]
}

interface CardProps {
  readonly row: Delivery
  readonly name: NameOfTarget
  readonly subject: SubjectOf
}

function Card({ row, name, subject }: CardProps) {
  const styles = useEventStyles()
  const shared = useShared()
  return (
    <div className={styles.card}>
      <div className={shared.ellipsis}>
        <strong>{row.eventName}</strong>
      </div>
      <div className={shared.row} style={{ flexWrap: 'nowrap' }}>
        <StatusBadge {...deliveryBadge(row)} />
        <span className={shared.ellipsis}>
          {[answerOf(row), attemptsText(row)].filter((text) => text !== '').join(' · ')}
        </span>
      </div>
      <div className={mergeClasses(shared.ellipsis, shared.small, shared.soft)}>
        {subject(row)} · {name(row.targetId)} · <TimeText at={row.eventDateTime} />
      </div>
    </div>
  )
}

/** As the server takes it; a day that is none is left out. */
function instantOf(day: string | undefined, daysLater = 0): string | undefined {
  const date = new Date(`${day}T00:00:00`)
  date.setDate(date.getDate() + daysLater)
  return date.getTime() < Date.UTC(10_000, 0) ? date.toISOString() : undefined
}

const filters = ['target', 'state', 'event', 'subject', 'from', 'to'] as const
const nothing = Object.fromEntries(filters.map((name) => [name, undefined]))

function Filters({ names }: { readonly names: readonly (readonly [id: string, name: string])[] }) {
  const { view, set } = useView()
  const put = (name: (typeof filters)[number], value: string): void => set({ [name]: value === '' ? undefined : value })
  const input = (name: 'event' | 'subject' | 'from' | 'to', type: 'text' | 'date' = 'text') => (
    <Field label={t(`events.filter.${name}`)}>
      <Input
        type={type}
        value={view[name] ?? ''}
        style={{ width: type === 'date' ? '144px' : '180px' }}
        onChange={(_, { value }) => put(name, value)}
      />
    </Field>
  )
  const choice = (name: 'target' | 'state', options: readonly (readonly [string, string])[]) => (
    <Field label={t(name === 'target' ? 'events.target' : 'events.state')}>
      <Select
        value={view[name] ?? ''}
        style={{ width: name === 'target' ? '190px' : '150px' }}
        onChange={(_, { value }) => put(name, value)}
      >
        <option value="">{t('events.all')}</option>
        {options.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </Select>
    </Field>
  )
  return (
    <>
      {choice('target', names)}
      {choice(
        'state',
        deliveryStates.map((state) => [state, t(`events.delivery.${state}`)]),
      )}
      {input('event')}
      {input('subject')}
      {input('from', 'date')}
      {input('to', 'date')}
    </>
  )
}

export function DeliveriesTab() {
  const styles = useEventStyles()
  const shared = useShared()
  const { view, set, push } = useView()
  const targets = useTargets().data?.value ?? []
  const webhooks = useWebhooks().data?.value ?? []
  const names = new Map(targets.map((one) => [one.target, nameOf(one, webhooks)]))
  const name: NameOfTarget = (id) => names.get(id) ?? t('events.targetGone')
  const wishes: DeliveryWishes = {
    target: view['target'],
    state: (deliveryStates as readonly (string | undefined)[]).includes(view['state']) ? view['state'] : undefined,
    event: view['event'],
    subject: view['subject'],
    from: instantOf(view['from']),
    to: instantOf(view['to'], 1),
  }
  const read = useDeliveries(useDeferredValue(wishes))
  const rows = read.data?.pages.flatMap(({ value }) => value) ?? []
  const subject = useSubjects(rows)
  const open = placeIn(view['open'])
  // Times that are told are relative.
  useTick()
  const isFiltered = filters.some((one) => view[one] !== undefined)
  const clear = <Button onClick={() => set(nothing)}>{t('events.clear')}</Button>
  return (
    <div className={styles.full}>
      <div className={styles.bar}>
        <Filters names={[...names]} />
        <div className={shared.row}>
          {isFiltered && clear}
          <RequestPreview plans={() => [plans.deliveries({ ...wishes })]} />
        </div>
      </div>
      <div className={styles.grid}>
        {read.error !== null && <Problem error={read.error} onRetry={() => void read.refetch()} />}
        {read.data === undefined && read.error === null && <Skeleton lines={6} />}
        {read.data !== undefined && rows.length === 0 && (
          <Empty
            text={t(isFiltered ? 'events.noneFound' : targets.length === 0 ? 'events.noneYet' : 'events.noDeliveries')}
            action={isFiltered ? clear : undefined}
          />
        )}
        {rows.length > 0 && (
          <Grid
            label={t('events.deliveries')}
            columns={columns(name, subject)}
            rows={rows}
            rowKey={keyOf}
            rowName={({ eventName }) => eventName}
            card={{ height: 80, of: (row) => <Card row={row} name={name} subject={subject} /> }}
            onOpen={(row) => push({ open: keyOf(row) })}
            {...(open === undefined ? {} : { current: keyOf(open) })}
            onMore={() => {
              if (read.hasNextPage && !read.isFetchingNextPage) void read.fetchNextPage()
            }}
          />
        )}
      </div>
      {open !== undefined && (
        <DeliveryPanel
          key={keyOf(open)}
          address={open}
          round={open.round}
          target={name(open.targetId)}
          canSend={names.has(open.targetId)}
          onClose={() => set({ open: undefined })}
        />
      )}
    </div>
  )
}
