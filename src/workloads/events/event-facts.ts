/** What an event says of the change beside its name: the column `facts` of the outbox, JSON of at most 2 KiB (events.md §1.2). */

const mostBytes = 2_048
const mostNames = 30

type Members = Readonly<Record<string, unknown>>

export interface EventFacts {
  readonly changeType: 'created' | 'updated' | 'deleted'
  /** The name of the type, without its namespace. */
  readonly entity: string
  /** Members that the change touched. */
  readonly before?: Members
  readonly after?: Members
  readonly initiatedBy?: unknown
  /** Of a group of the term store: the site collection from which alone it is seen. */
  readonly seenIn?: string
  /** Members that were too long to keep; `before` and `after` stand for all. */
  readonly omitted?: readonly string[]
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '')
}

/** Leaves out the longest members until the rest fits. */
export function factsText(facts: EventFacts): string {
  for (let at = facts; ; ) {
    const text = JSON.stringify(at)
    if (Buffer.byteLength(text) <= mostBytes) return text
    const { before = {}, after = {}, omitted = [], ...rest } = at
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    const longest = names
      .map((name) => ({ name, size: sizeOf(before[name]) + sizeOf(after[name]) }))
      .reduce((a, b) => (b.size > a.size ? b : a), { name: '', size: -1 }).name
    // The names alone may be too many.
    if (names.length === 0 || omitted.length === mostNames)
      return JSON.stringify({
        changeType: facts.changeType,
        entity: facts.entity,
        seenIn: facts.seenIn,
        omitted: ['before', 'after'],
      })
    const without = (members: Members) =>
      Object.fromEntries(Object.entries(members).filter(([name]) => name !== longest))
    at = { ...rest, before: without(before), after: without(after), omitted: [...omitted, longest] }
  }
}
