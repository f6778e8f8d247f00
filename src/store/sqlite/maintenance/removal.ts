/**
 * Removal of tenants from SQLite: one part after another, each in a commit that other writes may share. Nothing that can be
 * read is left in the files either: what is deleted is overwritten (sqlite.ts), and the log is emptied at the end.
 */
import { setTimeout } from 'node:timers/promises'
import type { WholeOptions } from '../../options.ts'
import { type StatementText, textOf } from '../../rows/statement.ts'
import { idAfterRemoval, idWhileRemoving, removalOf, removeSome, tenancyTexts } from '../../rows/tenant-removal.ts'
import { schemaOf } from '../../schema/schema.ts'
import type { GroupCommit } from '../../write/group-commit.ts'
import type { SqliteSession } from '../session.ts'
import type { SqliteTenancies } from '../tenancies.ts'
import type { SqliteTransaction } from '../transaction.ts'

interface RemovalFacts extends Pick<WholeOptions, 'models'> {
  readonly writer: SqliteSession
  readonly tenancies: SqliteTenancies
  readonly commits: GroupCommit<SqliteTransaction>
  readonly committed: () => void
}

const checkpoint = 'pragma wal_checkpoint(truncate)'
/** A checkpoint cannot empty the log while a read that began before it goes on. */
const pausesMillis = [0, 20, 100, 500, 2_000] as const

/** Later checkpoints write over the log, and the last connection removes it, where a read goes on for longer. */
async function emptyLog(writer: SqliteSession): Promise<void> {
  const text = textOf(checkpoint)
  for (const millis of pausesMillis) {
    await setTimeout(millis)
    try {
      if (writer.get(text, [])?.[0] === 0) return
    } catch {
      // A transaction is open on this connection, or another process writes.
    }
  }
}

export function removalOn({ models, writer, tenancies, commits, committed }: RemovalFacts) {
  const parts = removalOf(schemaOf(models))
  const { forget, unfinished } = tenancyTexts()
  const change = <T>(work: () => T | Promise<T>): Promise<T> =>
    commits.add(
      async (shared) => {
        shared.touch()
        return work()
      },
      { committed },
    )
  /** Since the last part the whole content may have been replaced, and the number be that of another tenant. */
  const isUnfinished = (no: unknown): boolean => writer.all(unfinished, []).some(([other]) => other === no)
  const nothingLeft = { at: parts.length }
  const removeRows = async (numbers: readonly unknown[]): Promise<void> => {
    for (const no of numbers) {
      const runOne = (at: number): number => writer.run(parts[at] as StatementText, [no as number])
      for (let at = 0; at < parts.length; )
        ({ at } = await change(() => (isUnfinished(no) ? removeSome(at, parts.length, runOne) : nothingLeft)))
      await change(() => {
        if (!isUnfinished(no)) return
        tenancies.rename(no as number, idAfterRemoval(no as number))
        writer.run(forget, [])
      })
    }
  }
  const finish = async (): Promise<void> => {
    const numbers = (await change(() => writer.all(unfinished, []))).map(([no]) => no)
    if (numbers.length === 0) return
    await removeRows(numbers)
    await emptyLog(writer)
  }
  return {
    /** Goes on with removals that were interrupted. */
    finish,
    remove: async (tenantId: string): Promise<void> => {
      await change(() => {
        const no = tenancies.need(tenantId)
        tenancies.rename(no, idWhileRemoving(no))
      })
      // A read before the commit may have found the number again.
      tenancies.doubt()
      await finish()
    },
  }
}
