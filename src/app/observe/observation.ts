/** Metrics and traces, each loaded only where it is switched on. */

import type { Clock } from '#base/clock.ts'
import type { Model } from '#edm/model.ts'
import type { Behaviour, Store } from '#edm/ports.ts'
import type { Handle } from '#engine/request.ts'
import type { ServedPage } from '#http/route.ts'
import type { RequestEntry, StartTrace } from '#http/trace.ts'
import type { DeliveryObserver } from '#notify/lanes/facts.ts'
import { ownVersion } from '../version.ts'
import type { SummarizeTargets } from './delivery-metrics.ts'
import type { StoreHealth } from './store-health.ts'
import { watchedBehaviours } from './watched-dues.ts'
import { watchedStore } from './watched-store.ts'

export interface Observation {
  store(store: Store): Store
  /** Whom to ask whether the database answers. */
  watchHealth(health: Pick<StoreHealth, 'outage'>): void
  behaviours(list: readonly Behaviour[], clock: Clock): readonly Behaviour[]
  handle(handle: Handle): Handle
  readonly onRequest: ((entry: RequestEntry) => void) | undefined
  readonly startTrace: StartTrace | undefined
  /** Called for each step of the engine. */
  readonly onStep: ((name: string) => void) | undefined
  /** Called when records were removed that are older than they are kept for. */
  readonly onPruned: ((kind: string, count: number) => void) | undefined
  /** Called when a change of the taxonomy was recorded. */
  readonly onRecorded: ((verb: string) => void) | undefined
  /** Called when records of the log got their links. */
  readonly onChained: ((count: number) => void) | undefined
  /** Called when records were sent to a place of that kind, or were not taken. */
  readonly onSunk: ((kind: string, outcome: string, count: number) => void) | undefined
  /** Told of attempts and turns of the deliverer. */
  readonly deliveries: DeliveryObserver | undefined
  /** Asks, when the page of metrics is made, how far targets have been told. */
  watchDeliveries(summaries: SummarizeTargets): void
  /** By address. */
  readonly pages: Readonly<Record<string, ServedPage>>
  close(): Promise<void>
}

export interface ObservationFacts {
  readonly metrics: boolean
  readonly models: readonly Model[]
  /** Name of the database system: `sqlite`. */
  readonly database: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

export const unobserved: Observation = {
  store: (store) => store,
  watchHealth: () => undefined,
  behaviours: (list) => list,
  handle: (handle) => handle,
  onRequest: undefined,
  startTrace: undefined,
  onStep: undefined,
  onPruned: undefined,
  onRecorded: undefined,
  onChained: undefined,
  onSunk: undefined,
  deliveries: undefined,
  watchDeliveries: () => undefined,
  pages: {},
  close: () => Promise.resolve(),
}

type Listener = (entry: RequestEntry) => void

/** One listener that calls all of them; undefined where there is none. */
export function together(some: readonly (Listener | undefined)[]): Listener | undefined {
  const [first, ...others] = some.filter((listener) => listener !== undefined)
  if (first === undefined || others.length === 0) return first
  return (entry) => {
    first(entry)
    for (const listener of others) listener(entry)
  }
}

function isSet(text: string | undefined): boolean {
  return text !== undefined && text !== ''
}

/** By the standard variables of OpenTelemetry. */
export function wantsTraces(environment: ObservationFacts['environment']): boolean {
  return (
    environment['OTEL_SDK_DISABLED']?.toLowerCase() !== 'true' &&
    environment['OTEL_TRACES_EXPORTER'] !== 'none' &&
    (isSet(environment['OTEL_EXPORTER_OTLP_ENDPOINT']) || isSet(environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']))
  )
}

export async function createObservation(facts: ObservationFacts): Promise<Observation> {
  const isTraced = wantsTraces(facts.environment)
  if (!facts.metrics && !isTraced) return unobserved
  const named = { ...facts, version: await ownVersion() }
  const metrics = facts.metrics ? (await import('./metrics.ts')).createMetrics(named) : undefined
  const tracing = isTraced ? (await import('./tracing.ts')).createTracing(named) : undefined
  const watches = [metrics, tracing].filter((each) => each !== undefined)
  return {
    store: (store) =>
      watchedStore(
        store,
        watches.map(({ store: watch }) => watch),
      ),
    watchHealth: (health) => metrics?.watchHealth(health),
    behaviours: (list, clock) =>
      watchedBehaviours(
        list,
        clock,
        watches.map(({ due }) => due),
      ),
    handle: (handle) => metrics?.handle(handle) ?? handle,
    onRequest: metrics?.request,
    startTrace: tracing?.startTrace,
    onStep: tracing?.onStep,
    onPruned: metrics?.pruned,
    onRecorded: metrics?.recorded,
    onChained: metrics?.chained,
    onSunk: metrics?.sunk,
    deliveries: metrics?.deliveries,
    watchDeliveries: (summaries) => metrics?.watchDeliveries(summaries),
    pages: metrics === undefined ? {} : { '/metrics': { type: metrics.contentType, make: metrics.page } },
    close: async () => {
      await tracing?.close()
    },
  }
}
