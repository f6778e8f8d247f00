/** Changes that are only begun: the answer names an operation to ask for their end (protocol.md §1.14). */
import type { PathStep } from '#odata/url/steps.ts'

/** As a hook names it: the row `up` steps above the one changed, a link of it, an id there. */
export interface Deferral {
  readonly nav: string
  readonly id: string
  readonly up: number
}

export interface Deferred {
  /** Where the operation is, below the version. */
  readonly address: string
}

/** What the samples say, in seconds. */
export const retryAfter = '10'

function written({ name, key }: PathStep, id: string | undefined): string {
  const shown = key ?? id
  return shown === undefined ? `/${name}` : `/${name}/${encodeURIComponent(shown)}`
}

/** `id`: of the row that was changed, which the path may leave out. */
export function deferredAt(steps: readonly PathStep[], id: string, { nav, id: of, up }: Deferral): Deferred {
  const above = steps.slice(0, steps.length - up)
  const last = above.length - 1
  const path = above.map((step, at) => written(step, up === 0 && at === last && step.many ? id : undefined))
  return { address: `${path.join('')}/${nav}/${encodeURIComponent(of)}` }
}
