/** Context URLs: the address of the metadata and the fragment that names what an answer holds (OData 4.01 §10). */

import type { PathStep } from '../url/steps.ts'
import { fragmentOf, linkFragment } from './body-out.ts'

/** The set that the rows of a step are in, where its link says so. A type without a set of its own stays a cast. */
function setOf({ nav, cast, target }: PathStep): { readonly name: string; readonly cast?: string } | undefined {
  const sets = nav?.rowsIn
  if (sets === undefined) return undefined
  const name = sets[cast ?? target.name]
  if (name !== undefined) return { name }
  const wider = Object.values(sets)[0] as string
  return cast === undefined ? { name: wider } : { name: wider, cast }
}

/** The steps from the last link on whose rows are in a set (OData 4.01 §10.2), which then stands in its place. */
function inSets(steps: readonly PathStep[]): readonly PathStep[] {
  const at = steps.findLastIndex(({ nav }) => nav?.rowsIn !== undefined)
  const step = steps[at]
  const set = step && setOf(step)
  if (step === undefined || set === undefined) return steps
  const { cast: _, ...rest } = step
  return [{ ...rest, ...set }, ...steps.slice(at + 1)]
}

/** Number of steps before the one the fragment begins with. */
function startOf(steps: readonly PathStep[]): number {
  for (let at = steps.length - 1; at > 0; at--) if (steps[at]?.nav?.startsContext === true) return at
  return 0
}

/**
 * `…/v1.0/$metadata#`; where the fragment begins at a link, the document hangs under the root, as the samples of such
 * services have it: `…/v1.0/{root}/$metadata#` (gdap.md §2.6).
 */
export function metadataUrl(base: string, steps: readonly PathStep[]): string {
  return startOf(steps) === 0 ? `${base}/$metadata#` : `${base}/${steps[0]?.name}/$metadata#`
}

function shown(steps: readonly PathStep[]): readonly PathStep[] {
  const start = startOf(steps)
  return start === 0 ? inSets(steps) : steps.slice(start)
}

export function contextFragment(steps: readonly PathStep[]): string {
  return fragmentOf(shown(steps))
}

/** The fragment of the row at the end of the steps, to which links of it are added. */
export function rowFragment(steps: readonly PathStep[], rowKey: string): string {
  return linkFragment(shown(steps), rowKey, '').slice(0, -1)
}

/** A singleton is no member of a collection, so its context is its name alone (OData 4.01 §10.4); `located`: see `Root`. */
export function entitySuffix(steps: readonly PathStep[]): string {
  const [first] = steps
  return steps.length === 1 && first?.root?.kind === 'singleton' && first.root.located !== true ? '' : '/$entity'
}

/** Creates through a link that starts the context are named by their collection only, as the samples have it. */
export function createdSuffix(steps: readonly PathStep[]): string {
  return steps.at(-1)?.nav?.startsContext === true ? '' : '/$entity'
}
