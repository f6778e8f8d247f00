/** `.relata/journal.jsonl` in the directory: what was sent, durable before it is sent (events.md §7.5). */
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Journal, journalText, unansweredIn } from '#bulk/apply/journal.ts'

const folder = '.relata'
const name = 'journal.jsonl'

export interface OpenJournal extends Journal {
  /** Names of relationships whose creation was sent and never answered. */
  readonly unanswered: ReadonlySet<string>
  close(): Promise<void>
}

export async function openJournal(dir: string): Promise<OpenJournal> {
  await mkdir(join(dir, folder), { recursive: true })
  const path = join(dir, folder, name)
  const before = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const file = await open(path, 'a')
  // A run that was killed may have left half a line.
  if (before !== '' && !before.endsWith('\n')) await file.write('\n')
  let last: Promise<void> = Promise.resolve()
  return {
    unanswered: unansweredIn(before),
    write: (entries) => {
      if (entries.length === 0) return last
      const next = last.then(async () => {
        await file.write(journalText(entries))
        if (entries.some(({ phase }) => phase === 'sent')) await file.datasync()
      })
      last = next.catch(() => undefined)
      return next
    },
    close: async () => {
      await last
      await file.close()
    },
  }
}
