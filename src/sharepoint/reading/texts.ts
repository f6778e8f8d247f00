/** The entities of a list as JSON texts, some at a time, within what an answer may cost. */
import type { RestBudget } from '../request.ts'
import type { Entity } from '../shapes/shapes.ts'

/** Entities that are read at the same time, which a database over a network answers faster. */
const readsAtOnce = 50

/** `show`: undefined for a row that has gone since, or is not to be shown; it is left out. */
export async function textsOf<T>(
  { pause, text }: Pick<RestBudget, 'pause' | 'text'>,
  items: readonly T[],
  show: (item: T) => Promise<Entity | undefined>,
): Promise<string[]> {
  const texts: string[] = []
  for (let at = 0; at < items.length; at += readsAtOnce) {
    await pause()
    const entities = await Promise.all(items.slice(at, at + readsAtOnce).map(show))
    for (const entity of entities) {
      if (entity === undefined) continue
      const json = JSON.stringify(entity)
      text(json)
      texts.push(json)
    }
  }
  return texts
}
