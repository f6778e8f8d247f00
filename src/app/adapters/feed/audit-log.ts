/**
 * Adapter: the chain over the log of one instance (events.md §9.3 to §9.5), and the store whose writes wake it. The code is
 * loaded a moment after the first write, as a start has nothing to chain.
 */
import type { ReadTx, Store, Tx } from '#edm/ports.ts'
import type { Pruning } from '#engine/time/retention.ts'
import type { ExportRange } from '#notify/audit/export.ts'
import type { CheckpointKey } from '#notify/audit/signing.ts'
import type { AuditLogFacts, AuditStatus, AuditWork } from './audit-work.ts'

export interface Auditing {
  readonly store: Store
  readonly prunings: readonly Pruning[]
  /** Whether a change that is old enough to go has to stay; absent: none has. */
  readonly holdsChange?: (tx: ReadTx, change: number) => Promise<boolean>
  lines(tenantId: string, range: ExportRange): AsyncGenerator<string>
  status(tenantId: string): Promise<AuditStatus>
  /** Resolves when all that was committed before is chained. */
  settle(tenantId: string): Promise<void>
  /** Public parts of the keys that checkpoints are signed with. */
  keys(): Promise<readonly CheckpointKey[]>
  close(): Promise<void>
}

/** Of real time. */
const loadMillis = 200
const startMillis = 1_000

/** Prunings whose code is loaded when retention first looks. */
function prunedLater(kinds: readonly string[], load: () => Promise<AuditWork>): readonly Pruning[] {
  return kinds.map((kind, at) => {
    const found = async (): Promise<Pruning> => (await load()).prunings[at] as Pruning
    return {
      kind,
      isDue: async (tx: ReadTx) => (await found()).isDue(tx),
      ready: async (tenantId: string) => (await found()).ready?.(tenantId),
      prune: async (tx: Tx) => (await found()).prune(tx),
    }
  })
}

export function auditingOn(facts: AuditLogFacts): Auditing {
  const { store, days, sinks, isQuiet } = facts
  const woken = new Set<string>()
  let work: AuditWork | undefined
  let loading: Promise<AuditWork> | undefined
  let isClosed = false
  const load = (): Promise<AuditWork> => {
    loading ??= import('./audit-work.ts').then(({ auditWorkOn }) => {
      const made = auditWorkOn(facts)
      work = made
      for (const tenantId of woken) made.wake(tenantId)
      woken.clear()
      return made
    })
    return loading
  }
  const begin = (): void => {
    if (!isClosed) load().catch(facts.report)
  }
  const timers = isQuiet ? [] : [setTimeout(begin, startMillis).unref()]
  const wake = (tenantId: string): void => {
    if (isQuiet || isClosed) return
    if (work !== undefined) work.wake(tenantId)
    else {
      if (woken.size === 0) timers.push(setTimeout(begin, loadMillis).unref())
      woken.add(tenantId)
    }
  }
  return {
    store: {
      ...store,
      write: async (tenantId, writing, how) => {
        const value = await store.write(tenantId, writing, how)
        wake(tenantId)
        return value
      },
    },
    prunings: days === undefined ? [] : prunedLater(['directoryAudit', 'auditLink'], load),
    ...(sinks.length === 0
      ? {}
      : { holdsChange: async (tx: ReadTx, change: number) => (await load()).holdsChange(tx, change) }),
    lines: async function* (tenantId, range) {
      yield* (await load()).lines(tenantId, range)
    },
    status: async (tenantId) => (await load()).status(tenantId),
    settle: async (tenantId) => (await load()).settle(tenantId),
    keys: async () => (await load()).keys(),
    close: async () => {
      isClosed = true
      for (const timer of timers) clearTimeout(timer)
      await (await loading?.catch(() => undefined))?.close()
    },
  }
}
