/** What this tab has done and can take back, newest last: for Ctrl+Z. The toast of each change offers the same. */
import { invalidate } from '../invalidate.ts'
import { graph } from '../plan.ts'
import { queryClient } from '../query.ts'
import { send } from '../send.ts'

export interface Undoable {
  readonly words: string
  run(): Promise<unknown>
}

const most = 100
let stack: readonly Undoable[] = []

/** Writes whose answers are still to come. */
const writing = new Set<Promise<unknown>>()

/** Who takes back what this does waits for it: before its answer there is nothing to take back but what was done earlier. */
export function noteWriting<Answer>(run: Promise<Answer>): Promise<Answer> {
  const settled = run.then(
    () => undefined,
    () => undefined,
  )
  writing.add(settled)
  void settled.then(() => writing.delete(settled))
  return run
}

export function rememberUndo(entry: Undoable): void {
  stack = [...stack, entry].slice(-most)
}

/** It cannot be taken back any more. */
export function forgetUndo(entry: Undoable): void {
  stack = stack.filter((one) => one !== entry)
}

/** Takes it back, once. Rejects with `Problem` where the server refuses. */
export async function takeBack(entry: Undoable): Promise<void> {
  forgetUndo(entry)
  await entry.run()
}

/** Takes the newest back and returns its words. Undefined: there is nothing. */
export async function undoLast(): Promise<string | undefined> {
  await Promise.all(writing)
  const last = stack.at(-1)
  if (last === undefined) return undefined
  await takeBack(last)
  return last.words
}

/** Takes back a change of the taxonomy, or a batch, by its id. */
export async function undoChange(changeId: string): Promise<void> {
  await send(graph('POST', '/termStore/relata.undo', { body: { changeId } }))
  invalidate(queryClient, ['relata.taxonomy.term-changed', 'relata.taxonomy.set-changed'])
}
