/**
 * The journal of an apply: what was sent is written and flushed before it is sent (events.md §7.5). It says what was on its way
 * when a run broke off; what is done is read from the service, so nothing is lost with the journal.
 */
import { isObject } from '#base/json.ts'
import type { PlanStep } from '../plan/plan-file.ts'

export interface JournalEntry {
  /** Instant. */
  readonly at: string
  readonly n: number
  readonly key: string
  readonly do: PlanStep['do']
  readonly phase: 'sent' | 'done' | 'failed'
  readonly id?: string | undefined
  readonly status?: number | undefined
  readonly requestId?: string | undefined
}

export interface Journal {
  /** Resolves when the entries are durable. */
  write(entries: readonly JournalEntry[]): Promise<void>
}

export const noJournal: Journal = { write: async () => undefined }

export function journalText(entries: readonly JournalEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
}

/** Names of relationships whose creation was sent and never answered. A last line that was cut off is none. */
export function unansweredIn(text: string): Set<string> {
  const open = new Set<string>()
  for (const line of text.split('\n')) {
    let entry: unknown
    try {
      entry = JSON.parse(line)
    } catch {
      continue
    }
    if (!isObject(entry) || entry['do'] !== 'create' || typeof entry['key'] !== 'string') continue
    if (entry['phase'] === 'sent') open.add(entry['key'])
    else open.delete(entry['key'])
  }
  return open
}
