/** Reading the chain with its records: by numbers, for exports and for whom it is sent to (events.md §9.5). */
import type { ReadTx, Store } from '#edm/ports.ts'
import { all, constant, type Expr, member, param } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import { leafOf } from './links.ts'
import { type AuditRecords, changeOf } from './records.ts'
import { auditLink, linkId } from './types.ts'

/** A link, and the record as it is now. */
export interface ChainedRecord {
  readonly n: number
  readonly link: string
  readonly leaf: string
  readonly activityDateTime: string
  /** Number of the change of the taxonomy that it is drawn from. */
  readonly change: number | undefined
  /** Whether there is a record, or what is left of it. */
  readonly isThere: boolean
  /** As RFC 8785 writes it. Undefined: it was removed, or a part of it was, by retention or out of the recycle bin. */
  readonly text: string | undefined
}

export interface ChainReading {
  /** Links after a number, with their records. */
  after(tx: ReadTx, number: number, most: number): Promise<readonly ChainedRecord[]>
  /** The first link whose record happened then or later; undefined: there is none. */
  firstSince(tx: ReadTx, instant: string): Promise<number | undefined>
  /** The last link whose record happened before. */
  lastBefore(tx: ReadTx, instant: string): Promise<number | undefined>
}

const keys = ['link', 'leaf', 'source', 'recordId', 'activityDateTime'] as const

export function chainReadingOn(store: Store, records: AuditRecords): ChainReading {
  const query = (branch: Expr, carry: readonly string[], descending = false): RowQuery => ({
    type: auditLink,
    branches: [branch],
    order: [{ by: member('id'), descending }],
    limit: true,
    shape: [],
    carry,
  })
  const following = store.prepare(query({ op: 'gt', left: member('id'), right: param('after id') }, keys))
  const since = store.prepare(
    query(all(constant(true), { op: 'ge', left: member('activityDateTime'), right: param('instant') }), []),
  )
  const before = store.prepare(
    query(all(constant(true), { op: 'lt', left: member('activityDateTime'), right: param('instant') }), [], true),
  )
  const first = async (tx: ReadTx, prepared: typeof since, instant: string): Promise<number | undefined> => {
    const id = (await tx.query(prepared, { instant, limit: 1 }))[0]?.row.id
    return id === undefined ? undefined : Number(id)
  }
  return {
    after: async (tx, number, most) => {
      const links = (await tx.query(following, { 'after id': linkId(number), limit: most })).map(({ row }) => row)
      const found = await records.byIds(
        tx,
        links.map((row) => row['recordId'] as string),
      )
      return links.map((row) => {
        const [leaf, source] = [row['leaf'] as string, row['source'] as string]
        const text = found.get(row['recordId'] as string)?.text
        // What is purged from the recycle bin leaves the record of a change as well. Nothing changes a stored record.
        const isWhole = text !== undefined && (source === 'directory' || leafOf(text) === leaf)
        return {
          n: Number(row.id),
          link: row['link'] as string,
          leaf,
          activityDateTime: row['activityDateTime'] as string,
          change: source === 'taxonomy' ? changeOf(row['recordId'] as string) : undefined,
          isThere: text !== undefined,
          text: isWhole ? text : undefined,
        }
      })
    },
    firstSince: (tx, instant) => first(tx, since, instant),
    lastBefore: (tx, instant) => first(tx, before, instant),
  }
}

/** The line of a link in an export, and in a file that the log is sent to. `more`: members after the link. */
export function chainedLine({ n, link, leaf, text }: ChainedRecord, more = ''): string {
  const head = `{"n":${n},"link":"${link}"${more}`
  return text === undefined ? `${head},"leaf":"${leaf}"}` : `${head},"record":${text}}`
}
