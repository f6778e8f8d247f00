/** Removal of tenants from SQLite: one part after another, each in a commit that other writes may share. */
import type { WholeOptions } from '../../options.ts'
import type { StatementText } from '../../rows/statement.ts'
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
  const finish = async (): Promise<void> => {
    for (const [no] of await change(() => writer.all(unfinished, []))) {
      const runOne = (at: number): number => writer.run(parts[at] as StatementText, [no as number])
      for (let at = 0; at < parts.length; ) ({ at } = await change(() => removeSome(at, parts.length, runOne)))
      await change(() => {
        tenancies.rename(no as number, idAfterRemoval(no as number))
        writer.run(forget, [])
      })
    }
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
