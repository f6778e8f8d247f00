/** Which term of a set is meant by an id or a path. */
import { AppError } from '#base/errors.ts'
import { fold } from '#base/text/fold.ts'
import type { PlaceState, TaxonomyPart } from '#exchange/plan/taxonomy/taxonomy.ts'
import { normalised } from '#workloads/term-store/rules/labels/text.ts'

export function notThere(what: string): AppError {
  return new AppError('notFound', what, { code: 'itemNotFound' })
}

export function sameName(one: string, other: string): boolean {
  return fold(one) === fold(normalised(other))
}

/** Throws `notFound`, and `invalid` where it is not one set. */
export function termIn(found: TaxonomyPart, sets: readonly string[], wanted: string): string {
  const [setId, ...others] = sets
  if (setId === undefined || others.length > 0)
    throw new AppError('invalid', 'A term is named with its set.', { target: 'term' })
  if (found.place(setId, wanted.toLowerCase()) !== undefined) return wanted.toLowerCase()
  let at: string | null = null
  for (const label of wanted.split('/')) {
    const next: PlaceState | undefined = found
      .childrenOf(setId, at)
      .find(({ termId }) => sameName(found.title(termId), label.trim()))
    if (next === undefined) throw notThere(`The set has no term '${wanted}'.`)
    at = next.termId
  }
  return at ?? ''
}
