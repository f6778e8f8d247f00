/** Changes that are accepted (202) and end later: the answer names an operation that tells when (protocol.md §1.14). */
import type { PathStep } from '#odata/url/steps.ts'

/** The operation as a hook names it: the row `up` steps above the one changed, a link of it, an id there. */
export interface OperationRef {
  readonly nav: string
  readonly id: string
  readonly up: number
}

export interface Accepted {
  /** Where the operation is, below the version. */
  readonly address: string
}

/** Seconds, as in Microsoft's samples. */
export const retryAfter = '10'

function written({ name, key }: PathStep, id: string | undefined): string {
  const shown = key ?? id
  return shown === undefined ? `/${name}` : `/${name}/${encodeURIComponent(shown)}`
}

/** `id`: of the row that was changed, which the path may leave out. */
export function acceptedAt(steps: readonly PathStep[], id: string, { nav, id: of, up }: OperationRef): Accepted {
  const above = steps.slice(0, steps.length - up)
  const last = above.length - 1
  const path = above.map((step, at) => written(step, up === 0 && at === last && step.many ? id : undefined))
  return { address: `${path.join('')}/${nav}/${encodeURIComponent(of)}` }
}
