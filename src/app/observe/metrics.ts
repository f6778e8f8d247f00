/**
 * Metrics of requests, transactions, the agenda and the process, in the text format of
 * Prometheus. Loaded only where metrics are wanted. Labels come from lists of bounded length, never from a client.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Model } from '#edm/model.ts'
import type { Handle, PlainRequest } from '#engine/request.ts'
import type { RequestEntry } from '#http/trace.ts'
import type { DeliveryObserver } from '#notify/lanes/facts.ts'
import { measureDeliveries, metricsOfDeliveries, type SummarizeTargets } from './delivery-metrics.ts'
import { boundedTemplates, templatesOf } from './operation-template.ts'
import type { StoreHealth } from './store-health.ts'
import type { DueWatch } from './watched-dues.ts'
import type { StoreWatch } from './watched-store.ts'

export interface Metrics {
  request(entry: RequestEntry): void
  readonly store: StoreWatch
  watchHealth(health: Pick<StoreHealth, 'outage'>): void
  readonly due: DueWatch
  /** Records were removed because of their age. */
  pruned(kind: string, count: number): void
  /** A change was recorded. */
  recorded(verb: string): void
  /** Records of the log got their links. */
  chained(count: number): void
  /** Records of the log were sent to a place, or were not taken by it. */
  sunk(kind: string, outcome: string, count: number): void
  readonly deliveries: DeliveryObserver
  watchDeliveries(summaries: SummarizeTargets): void
  /** Wraps the handler to count the sizes of batches. */
  handle(handle: Handle): Handle
  /** The current text of the page. */
  page(): Promise<string>
  readonly contentType: string
}

export interface MetricsFacts {
  readonly models: readonly Model[]
  readonly version: string
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS'])
const requestSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const transactionSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5]
const lagSeconds = [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60, 600, 3600, 86_400]
const batchSizes = [1, 2, 5, 10, 15, 20]
const commitSizes = [1, 2, 4, 8, 16, 32, 64, 128, 256]

/** Undefined for what is no batch, or not a valid one. */
function batchSizeOf({ method, path, body }: PlainRequest): number | undefined {
  if (method !== 'POST' || body === undefined || path.toLowerCase() !== '/$batch') return undefined
  try {
    const { requests } = JSON.parse(Buffer.from(body).toString('utf8')) as { requests?: unknown }
    return Array.isArray(requests) ? requests.length : undefined
  } catch {
    return undefined
  }
}

/** Writes that end in one turn of the event loop shared a commit: docs/adr/0003. */
function countedByTurn(tell: (count: number) => void): () => void {
  let count = 0
  const flush = (): void => {
    tell(count)
    count = 0
  }
  return () => {
    if (count === 0) setImmediate(flush)
    count += 1
  }
}

function metricsOfRequests(register: Registry, models: readonly Model[]): Pick<Metrics, 'request' | 'handle'> {
  const registers = [register]
  const label = boundedTemplates(templatesOf(models))
  const requests = new Counter({
    name: 'relata_http_requests_total',
    help: 'Requests answered, but for probes.',
    labelNames: ['method', 'version', 'operation', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: 'relata_http_request_duration_seconds',
    help: 'Time from the header of a request to its answer.',
    labelNames: ['method', 'version', 'operation'],
    buckets: requestSeconds,
    registers,
  })
  const batches = new Histogram({
    name: 'relata_batch_requests',
    help: 'Requests in one $batch.',
    buckets: batchSizes,
    registers,
  })
  return {
    request({ method, version: api, path, status, ms }) {
      const labels = {
        method: methods.has(method) ? method : 'other',
        version: api ?? 'none',
        operation: label(path, status),
      }
      requests.inc({ ...labels, status })
      durations.observe(labels, ms / 1000)
    },
    handle: (handle) => (request) => {
      const size = batchSizeOf(request)
      if (size !== undefined) batches.observe(size)
      return handle(request)
    },
  }
}

function metricsOfStore(register: Registry): StoreWatch {
  const registers = [register]
  const transactions = new Counter({
    name: 'relata_store_transactions_total',
    help: 'Transactions of the store; refused: undone by a rule, a conflict or to be tried again; failed: the database could not.',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  const times = new Histogram({
    name: 'relata_store_transaction_duration_seconds',
    help: 'Time a transaction took, the wait for its turn and its commit included.',
    labelNames: ['kind'],
    buckets: transactionSeconds,
    registers,
  })
  const commits = new Histogram({
    name: 'relata_store_commit_writes',
    help: 'Writes that were answered together; on SQLite they share a commit.',
    buckets: commitSizes,
    registers,
  })
  const committed = countedByTurn((count) => commits.observe(count))
  return (kind) => {
    const began = performance.now()
    return (outcome) => {
      transactions.inc({ kind, outcome })
      times.observe({ kind }, (performance.now() - began) / 1000)
      if (kind === 'write') committed()
    }
  }
}

function metricsOfAgenda(register: Registry): DueWatch {
  const registers = [register]
  const fired = new Counter({
    name: 'relata_agenda_fired_total',
    help: 'Entries of the agenda that fired.',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  const lag = new Histogram({
    name: 'relata_agenda_lag_seconds',
    help: 'How long after its instant an entry fired, by the clock that can be moved.',
    buckets: lagSeconds,
    registers,
  })
  return ({ kind, lagMs, error }) => {
    fired.inc({ kind, outcome: error === undefined ? 'done' : 'failed' })
    lag.observe(lagMs / 1000)
  }
}

function metricsOfRetention(register: Registry): Metrics['pruned'] {
  const removed = new Counter({
    name: 'relata_retention_removed_total',
    help: 'Records that were removed because they are older than they are kept for.',
    labelNames: ['kind'],
    registers: [register],
  })
  return (kind, count) => removed.inc({ kind }, count)
}

function metricsOfRecord(register: Registry): Metrics['recorded'] {
  const recorded = new Counter({
    name: 'relata_changes_recorded_total',
    help: 'Changes in the record of the taxonomy.',
    labelNames: ['verb'],
    registers: [register],
  })
  return (verb) => recorded.inc({ verb })
}

function metricsOfAudit(register: Registry): Pick<Metrics, 'chained' | 'sunk'> {
  const chained = new Counter({
    name: 'relata_audit_chained_total',
    help: 'Records of the log that got their links in its chain.',
    registers: [register],
  })
  const sunk = new Counter({
    name: 'relata_audit_sent_total',
    help: 'Records of the log that were sent to places that it is sent to, by outcome: sent or failed.',
    labelNames: ['kind', 'outcome'],
    registers: [register],
  })
  return {
    chained: (count) => chained.inc(count),
    sunk: (kind, outcome, count) => sunk.inc({ kind, outcome }, count),
  }
}

/** Asked when the page is. */
function measureHealth(register: Registry, health: Pick<StoreHealth, 'outage'>): void {
  new Gauge({
    name: 'relata_store_up',
    help: 'Whether the database answers: 1 or 0.',
    registers: [register],
    async collect() {
      this.set((await health.outage()) === undefined ? 1 : 0)
    },
  })
}

export function createMetrics({ models, version }: MetricsFacts): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: 'relata_build_info',
    help: 'Always 1; the labels say what is running.',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version, node: process.versions.node }, 1)
  let summaries: SummarizeTargets = async () => []
  measureDeliveries(registry, () => summaries())
  return {
    ...metricsOfRequests(registry, models),
    store: metricsOfStore(registry),
    watchHealth: (health) => measureHealth(registry, health),
    due: metricsOfAgenda(registry),
    pruned: metricsOfRetention(registry),
    recorded: metricsOfRecord(registry),
    ...metricsOfAudit(registry),
    deliveries: metricsOfDeliveries(registry),
    watchDeliveries: (next) => {
      summaries = next
    },
    page: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
