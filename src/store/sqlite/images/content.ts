/**
 * The content of a store as a whole. An image takes the place of all rows of a file in one transaction: whoever reads sees
 * the rows of before or those of the image, and so does the next start after a crash. For every other connection it is a
 * write of another process.
 */
import { setTimeout } from 'node:timers/promises'
import { invariant, StoreError } from '#base/errors.ts'
import type { StoreContent } from '#edm/ports.ts'
import type { WholeOptions } from '../../options.ts'
import { list, quoted } from '../../schema/ddl.ts'
import { tableNameOf } from '../../schema/layout.ts'
import { inOrder, replay } from '../../schema/schema-changes.ts'
import type { GroupCommit } from '../../write/group-commit.ts'
import type { Connection } from '../driver.ts'
import { storeErrorOf } from '../sqlite.ts'
import type { SqliteTransaction } from '../transaction.ts'
import { imageOf, imageWithout, type OpenImage, openImage } from './image.ts'

interface ContentFacts extends Pick<WholeOptions, 'clock' | 'migrations' | 'uncopied'> {
  /** Undefined: in memory. */
  readonly file: string | undefined
  readonly commits: GroupCommit<SqliteTransaction>
  /** The one that writes. */
  readonly connection: Connection
  readonly busyMillis?: number
  /** The one that reads; in memory the same. */
  readonly reading: Connection
  /** As of reads: on the only connection of a database in memory, the image would have what is not committed. */
  readonly before: () => Promise<void> | undefined
  /** Called after the content was replaced. */
  readonly replaced: () => void
}

const pauseMillis = 20
const usualBusyMillis = 5_000

/** Another process may be writing to the file: its transaction is waited for. */
async function unlessBusy(work: () => Promise<void>, busyMillis: number): Promise<void> {
  for (const limit = performance.now() + busyMillis; ; ) {
    try {
      return await work()
    } catch (error) {
      const known = storeErrorOf(error)
      // Node does not say more of a copy that could not begin.
      const isBusy = !(known instanceof StoreError) || known.reason === 'busy'
      if (!isBusy) throw known
      if (performance.now() > limit) throw new StoreError('unavailable', 'busy', error)
      await setTimeout(pauseMillis)
    }
  }
}

/** Row by row, for releases of Node that cannot copy pages. */
function copyRows({ connection, migrations }: ContentFacts, image: OpenImage): void {
  const tables = inOrder(replay(migrations).tables)
  // Rows come in the order of their keys, so that one may refer to a later one of its own table. Ends with the transaction.
  connection.exec('pragma defer_foreign_keys = on')
  for (const { name } of [...tables].reverse()) connection.exec(`delete from ${quoted(name)}`)
  for (const { name, columns } of tables) {
    const names = list(columns.map((column) => column.name))
    const insert = connection.prepare(
      `insert into ${quoted(name)} (${names}) values (${columns.map(() => '?').join(', ')})`,
    )
    for (const row of image.prepare(`select ${names} from ${quoted(name)}`).each([])) insert.run(row)
  }
}

/** Resolves when it is durable. Throws `StoreError`, and changes nothing then. */
async function replaceContent(facts: ContentFacts, file: string, bytes: Uint8Array): Promise<void> {
  const { commits, busyMillis = usualBusyMillis } = facts
  const image = openImage(bytes, facts)
  try {
    const { backup } = image
    if (backup !== undefined) await commits.alone(() => unlessBusy(() => backup(file), busyMillis))
    else
      await commits.add(async (shared) => {
        shared.touch()
        shared.transaction.caches.clear()
        try {
          copyRows(facts, image)
        } catch (error) {
          throw storeErrorOf(error)
        }
      })
  } finally {
    image.close()
  }
}

/** Whether there is anything that images do not have. */
function hasRows({ reading, uncopied = [] }: ContentFacts): boolean {
  const isFull = (type: string): boolean =>
    reading.prepare(`select 1 from ${quoted(tableNameOf(type))} limit 1`).get([]) !== undefined
  return uncopied.some(isFull)
}

/** The image of before as long as nothing was written since and somebody has it: many copies of one state share it. */
function sharedImage(facts: ContentFacts): () => Uint8Array {
  const { file, connection, reading, uncopied = [] } = facts
  // Of the connection that reads a file, this changes when any other has committed.
  const changes =
    file === undefined ? connection.prepare('select total_changes()') : reading.prepare('pragma data_version')
  let last: { readonly at: unknown; readonly image: WeakRef<Uint8Array> } | undefined
  return () => {
    const at = changes.get([])?.[0]
    const known = last?.at === at ? last?.image.deref() : undefined
    if (known !== undefined) return known
    const whole = imageOf(reading)
    const image = hasRows(facts) ? imageWithout(whole, uncopied, facts) : whole
    last = { at, image: new WeakRef(image) }
    return image
  }
}

export function contentOn(facts: ContentFacts): StoreContent {
  const { file, before, replaced } = facts
  const image = sharedImage(facts)
  const replace = async (bytes: Uint8Array): Promise<void> => {
    invariant(file !== undefined, 'only the content of a file is replaced')
    await replaceContent(facts, file, bytes)
    replaced()
  }
  return {
    image: async () => {
      for (let wait = before(); wait !== undefined; wait = before()) await wait
      return image()
    },
    ...(file === undefined ? {} : { replace }),
  }
}
