/** The log of a tenant with its chain, line by line (events.md §9.5). Without its last line it is cut off. */
import type { Store } from '#edm/ports.ts'
import { type ChainReading, chainedLine } from '#workloads/audit/reading.ts'
import { auditCheckpoint, auditLink, linkId } from '#workloads/audit/types.ts'
import { type ChainFacts, chainStateIn } from './chain.ts'
import type { CheckpointSigner } from './signing.ts'

export interface ExportFacts extends Pick<ChainFacts, 'realNow'> {
  readonly store: Store
  readonly reading: ChainReading
  readonly signer: CheckpointSigner
  /** Resolves when all that was committed before is chained. */
  readonly settle: (tenantId: string) => Promise<void>
}

/** Instants as rows hold them: records that happened at `from` or later, and before `to`, and all between them. */
export interface ExportRange {
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const linksAtOnce = 500
export const exportFormat = 'relata-audit/1'

interface Bounds {
  /** The link before the first one; the first line names it. */
  readonly start: { readonly n: number; readonly link: string }
  readonly last: number
}

async function boundsOf(facts: ExportFacts, tenantId: string, { from, to }: ExportRange): Promise<Bounds> {
  const { store, reading, realNow } = facts
  return store.read(tenantId, async (tx) => {
    const { newest, forgotten, forgottenLink } = await chainStateIn(tx, tenantId, realNow())
    const first = from === undefined ? forgotten + 1 : ((await reading.firstSince(tx, from)) ?? newest + 1)
    const last = to === undefined ? newest : ((await reading.lastBefore(tx, to)) ?? first - 1)
    const n = first - 1
    const link = n === forgotten ? forgottenLink : (await tx.get(auditLink, linkId(n)))?.link
    return { start: { n, link: link ?? forgottenLink }, last: Math.max(last, n) }
  })
}

async function checkpointAt(facts: ExportFacts, tenantId: string, n: number, link: string, span: readonly string[]) {
  const kept = await facts.store.read(tenantId, (tx) => tx.get(auditCheckpoint, linkId(n)))
  const [from = null, to = from] = [span.at(0), span.at(-1)]
  return kept?.jws ?? facts.signer.sign({ tenant: tenantId, n, link, from, to })
}

/** Ends with an error, and without its last line, where the database cannot be read. */
export async function* exportLines(facts: ExportFacts, tenantId: string, range: ExportRange): AsyncGenerator<string> {
  await facts.settle(tenantId)
  const { start, last } = await boundsOf(facts, tenantId, range)
  yield JSON.stringify({ format: exportFormat, tenant: tenantId, start })
  let { n, link } = start
  const span: string[] = []
  while (n < last) {
    const at = n
    const most = Math.min(linksAtOnce, last - n)
    const records = await facts.store.read(tenantId, (tx) => facts.reading.after(tx, at, most))
    if (records.length === 0) throw new Error(`the links after ${n} are not there`)
    for (const record of records) {
      yield chainedLine(record)
      span[span.length === 0 ? 0 : 1] = record.activityDateTime
      n = record.n
      link = record.link
    }
  }
  yield JSON.stringify({ end: { n, link }, checkpoint: await checkpointAt(facts, tenantId, n, link, span) })
}
