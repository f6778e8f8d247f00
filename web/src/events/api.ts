/** Who is told of events, and what became of each: the addresses below `/_relata/webhooks` and `/_relata/deliveries`. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { key } from '../data/keys.ts'
import { createEventParser } from '../data/live.ts'
import { control, type Method, queryText, type RequestPlan, segment } from '../data/plan.ts'
import { useRead } from '../data/query.ts'
import { ask, sendRaw } from '../data/send.ts'
import { currentSession } from '../data/session.ts'

export interface Webhook {
  readonly id: string
  readonly url: string
  readonly events: readonly string[]
  /** Null: of all. */
  readonly customers: readonly string[] | null
  readonly mode: 'structured' | 'binary'
  readonly signing: 'hmac' | 'ed25519'
  readonly batch: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly description: string | null
  readonly state: TargetState
  /** Of Ed25519. */
  readonly publicKey?: string
  readonly createdDateTime: string
  readonly changedDateTime: string
}

/** What is shown once, when it is made. */
export interface WithSecret {
  readonly secret?: string
  readonly publicKey?: string
  readonly previousUntil?: string
}

export type TargetState = 'active' | 'paused' | 'disabled'
export type TargetKind = 'webhook' | 'partnerCenter' | 'graph' | 'sink'

/** A target of any kind, and how far it has been told. */
export interface Target {
  readonly target: string
  readonly kind: TargetKind
  readonly url: string
  readonly state: TargetState
  readonly reason: string | null
  readonly failingSince: string | null
  readonly pausedUntil: string | null
  readonly lagEvents: number
  readonly lagSeconds: number
  readonly waiting: number
  readonly behind: number
  readonly dead: number
  readonly lastError: string | null
}

export const deliveryStates = ['waiting', 'behind', 'delivered', 'dead', 'skipped'] as const
export type DeliveryState = (typeof deliveryStates)[number]

export interface Delivery {
  readonly targetId: string
  readonly sequence: number
  /** 0; 1, 2, … where it was sent again. */
  readonly round: number
  readonly eventId: string
  readonly eventName: string
  readonly subjectId: string
  readonly orderingKey: string
  readonly state: DeliveryState
  readonly attempts: number
  readonly firstDateTime: string | null
  readonly lastDateTime: string | null
  readonly nextWorld: string | null
  readonly lastStatus: number | null
  readonly lastError: string | null
  readonly answer: string | null
}

interface Rows<Row> {
  readonly value: readonly Row[]
  readonly nextLink?: string
}

/** Whatever is written here, lists of it are read again. */
export const touches = ['page.deliveries-changed']

type Query = Readonly<Record<string, string | number | undefined>>

/** Of the tenant that the page acts in. In a registry a token says whose they are. */
function own<Answer>(method: Method, path: string, query: Query = {}, body?: unknown): RequestPlan<Answer> {
  const { info, acting } = currentSession()
  return control(method, `${path}${queryText({ tenant: acting?.tenant.id, ...query })}`, {
    token: info.mode === 'registry',
    ...(body === undefined ? {} : { body }),
  })
}

const webhook = (id: string) => `/webhooks/${segment(id)}`

export const plans = {
  targets: () => own<Rows<Target>>('GET', '/deliveries/summary'),
  webhooks: () => own<Rows<Webhook>>('GET', '/webhooks'),
  add: (body: unknown) => own<Webhook & WithSecret>('POST', '/webhooks', {}, body),
  change: (id: string, body: unknown) => own<Webhook>('PATCH', webhook(id), {}, body),
  remove: (id: string) => own('DELETE', webhook(id)),
  test: (id: string) => own('POST', `${webhook(id)}/test`, {}, {}),
  rotate: (id: string) => own<Webhook & WithSecret>('POST', `${webhook(id)}/secret`, {}, {}),
  enable: (id: string) => own<Webhook>('POST', `${webhook(id)}/enable`, {}, {}),
  deliveries: (query: Query) => own<Rows<Delivery>>('GET', '/deliveries', query),
  redeliver: ({ targetId, sequence }: Pick<Delivery, 'targetId' | 'sequence'>) =>
    own<Delivery>('POST', `/deliveries/${segment(targetId)}/${sequence}/redeliver`, {}, {}),
  replay: (target: string) =>
    own<{ readonly count: number }>('POST', '/deliveries/replay', {}, { target, state: 'dead' }),
  /** The one event after the one before it, from the feed. */
  event: (sequence: number) => {
    const { acting } = currentSession()
    const since = `${acting?.tenant.id}:${sequence - 1}`
    return { ...own<string>('GET', '/events', { since, limit: 1 }), isFile: true as const }
  },
}

/** While something is on its way, how far it is is asked now and then. */
const onTheWayMs = 4000

export function useTargets() {
  return useRead('deliveries', ['summary'], plans.targets(), {
    refetchInterval: ({ state: { data } }) =>
      data?.value.some(
        ({ waiting, behind, lagEvents, state }) => state === 'active' && waiting + behind + lagEvents > 0,
      )
        ? onTheWayMs
        : false,
  })
}

function isOnTheWay({ state }: Delivery): boolean {
  return state === 'waiting' || state === 'behind'
}

export function useWebhooks() {
  return useRead('deliveries', ['webhooks'], plans.webhooks())
}

export interface DeliveryWishes {
  readonly target?: string | undefined
  readonly state?: string | undefined
  readonly event?: string | undefined
  readonly subject?: string | undefined
  /** Instants. */
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const pageSize = 100

export function useDeliveries(wishes: DeliveryWishes) {
  return useInfiniteQuery({
    queryKey: key('deliveries', 'list', wishes),
    queryFn: ({ pageParam, signal }) =>
      ask(plans.deliveries({ ...wishes, limit: pageSize, after: pageParam }), { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextLink }) =>
      nextLink === undefined ? undefined : (new URL(nextLink).searchParams.get('after') ?? undefined),
    placeholderData: (before) => before,
    refetchInterval: ({ state: { data } }) =>
      data?.pages.some(({ value }) => value.some(isOnTheWay)) === true ? onTheWayMs : false,
  })
}

/** All rounds of one delivery, the newest first. */
export function useRounds({ targetId, sequence, eventName, subjectId }: Delivery) {
  const plan = plans.deliveries({ target: targetId, event: eventName, subject: subjectId })
  const { data } = useRead('deliveries', ['rounds', targetId, sequence], plan, {
    refetchInterval: ({ state }) => (state.data?.value.some(isOnTheWay) === true ? onTheWayMs : false),
  })
  return (data?.value ?? []).filter((row) => row.sequence === sequence).sort((a, b) => b.round - a.round)
}

/** As CloudEvents write it; null: the feed has it not, or not any more. */
export async function readEvent(sequence: number, signal: AbortSignal): Promise<unknown> {
  const text = await (await sendRaw(plans.event(sequence), { signal })).text()
  let found: unknown = null
  createEventParser(({ name, data }) => {
    const event = JSON.parse(data) as { sequence?: string }
    if (name !== 'relata.hello' && Number(event.sequence) === sequence) found = event
  })(text)
  return found
}
