/** Metrics of deliveries: no address, no secret and no body is in a label (events.md §6.6). */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { DeliveryObserver } from '#notify/lanes/facts.ts'
import type { TargetSummary } from '../deliveries/summary.ts'

export function metricsOfDeliveries(register: Registry): DeliveryObserver {
  const registers = [register]
  const attempts = new Counter({
    name: 'relata_delivery_attempts_total',
    help: 'Requests to targets, by kind of target and outcome (delivered, failed).',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  const durations = new Histogram({
    name: 'relata_delivery_seconds',
    help: 'Duration of requests to targets.',
    labelNames: ['kind'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
    registers,
  })
  const turns = new Counter({
    name: 'relata_lane_turns_total',
    help: 'Turns of the deliverer, by outcome (done, claimed, settled, failed).',
    labelNames: ['outcome'],
    registers,
  })
  return {
    attempt: (kind, outcome, seconds) => {
      attempts.inc({ kind, outcome })
      durations.observe({ kind }, seconds)
    },
    turn: (outcome) => turns.inc({ outcome }),
  }
}

type Measured = Pick<TargetSummary, 'kind' | 'lagEvents' | 'lagSeconds' | 'waiting' | 'behind' | 'dead'>

/** How far the targets of all tenants have been told. */
export type SummarizeTargets = () => Promise<readonly Measured[]>

/** For a moment, as three gauges of a page ask for the same. */
const believedMillis = 1_000

/** Asked when the page is. `summaries`: of the instance that is served at that moment. */
export function measureDeliveries(register: Registry, summaries: SummarizeTargets): void {
  let last: { readonly at: number; readonly found: Promise<readonly Measured[]> } | undefined
  const found = (): Promise<readonly Measured[]> => {
    const now = performance.now()
    // A database that does not answer has its own metric.
    if (last === undefined || now - last.at > believedMillis) last = { at: now, found: summaries().catch(() => []) }
    return last.found
  }
  const registers = [register]
  new Gauge({
    name: 'relata_delivery_lag_events',
    help: 'Events that a target wants and has not been sent, the most of all targets of a kind.',
    labelNames: ['kind'],
    registers,
    async collect() {
      this.reset()
      for (const [kind, most] of mostOf(await found(), 'lagEvents')) this.set({ kind }, most)
    },
  })
  new Gauge({
    name: 'relata_delivery_lag_seconds',
    help: 'Seconds between the first of these events and the newest one, the most of all targets of a kind.',
    labelNames: ['kind'],
    registers,
    async collect() {
      this.reset()
      for (const [kind, most] of mostOf(await found(), 'lagSeconds')) this.set({ kind }, most)
    },
  })
  new Gauge({
    name: 'relata_delivery_rows',
    help: 'Deliveries that wait, are behind one that waits, or are dead and not sent again.',
    labelNames: ['state'],
    registers,
    async collect() {
      const all = await found()
      for (const state of ['waiting', 'behind', 'dead'] as const)
        this.set(
          { state },
          all.reduce((sum, one) => sum + one[state], 0),
        )
    },
  })
}

function mostOf(all: readonly Measured[], name: 'lagEvents' | 'lagSeconds'): ReadonlyMap<string, number> {
  const most = new Map<string, number>()
  for (const one of all) most.set(one.kind, Math.max(most.get(one.kind) ?? 0, one[name]))
  return most
}
