/** Who is told of events, and what became of each: the addresses below `/_relata/webhooks` and `/_relata/deliveries`. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { key } from '../data/keys.ts'
import { control, type Method, queryText, type RequestPlan, segment } from '../data/plan.ts'
import { useRead } from '../data/query.ts'
import { ask } from '../data/send.ts'
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
  /** Names; what they hold is not shown. */
  readonly headers: Readonly<Record<string, null>>
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
  /** Names that it asks for. */
  readonly events: readonly string[]
  /** Of a Graph subscription: what it watches, which changes, or whose life cycle it is told of. */
  readonly resource: string | null
  readonly changeType: string | null
  readonly lifeCycleOf: string | null
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

export const deliveryStates = ['waiting', 'behind', 'delivered', 'dead', 'redelivered', 'skipped'] as const
export type DeliveryState = (typeof deliveryStates)[number]

export interface Delivery {
  readonly targetId: string
  readonly sequence: number
  /** 0; 1, 2, … where it was sent again. */
  readonly round: number
  readonly eventId: string
  readonly eventName: string
  /** When it happened; null: the event is not kept any more. */
  readonly eventDateTime: string | null
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

/** One event at one target. */
export interface ShownDelivery {
  readonly targetId: string
  readonly sequence: number
  /** Of the last round; due: it has not been tried. */
  readonly state: DeliveryState | 'due'
  /** As CloudEvents write it; null: it is not kept any more. */
  readonly event: unknown
  /** The last one first. */
  readonly rounds: readonly Delivery[]
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

export type DeliveryAddress = Pick<Delivery, 'targetId' | 'sequence'>

const webhook = (id: string) => `/webhooks/${segment(id)}`

export const plans = {
  targets: () => own<Rows<Target>>('GET', '/deliveries/summary'),
  webhooks: () => own<Rows<Webhook>>('GET', '/webhooks'),
  add: (body: unknown) => own<Webhook & WithSecret>('POST', '/webhooks', {}, body),
  change: (id: string, body: unknown) => own<Webhook>('PATCH', webhook(id), {}, body),
  remove: (id: string) => own('DELETE', webhook(id)),
  test: (id: string) => own<{ readonly sequence: number }>('POST', `${webhook(id)}/test`, {}, {}),
  rotate: (id: string) => own<Webhook & WithSecret>('POST', `${webhook(id)}/secret`, {}, {}),
  enable: (id: string) => own<Webhook>('POST', `${webhook(id)}/enable`, {}, {}),
  deliveries: (query: Query) => own<Rows<Delivery>>('GET', '/deliveries', query),
  delivery: ({ targetId, sequence }: DeliveryAddress) =>
    own<ShownDelivery>('GET', `/deliveries/${segment(targetId)}/${sequence}`),
  redeliver: ({ targetId, sequence }: DeliveryAddress) =>
    own<Delivery>('POST', `/deliveries/${segment(targetId)}/${sequence}/redeliver`, {}, {}),
  replay: (target: string) =>
    own<{ readonly count: number }>('POST', '/deliveries/replay', {}, { target, state: 'dead' }),
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

export function isOnTheWay({ state }: Pick<ShownDelivery, 'state'>): boolean {
  return state === 'due' || state === 'waiting' || state === 'behind'
}

/** What has ended is sent again, and what waits is sent at once. */
export function maySendAgain({ state }: Pick<ShownDelivery, 'state'>): boolean {
  return state !== 'due' && state !== 'behind'
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

export function useDelivery({ targetId, sequence }: DeliveryAddress) {
  return useRead('deliveries', ['one', targetId, sequence], plans.delivery({ targetId, sequence }), {
    refetchInterval: ({ state: { data } }) => (data !== undefined && isOnTheWay(data) ? onTheWayMs : false),
  })
}
