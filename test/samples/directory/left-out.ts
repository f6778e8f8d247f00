/** What the directory's samples have in common: members that we leave out, and requests that we refuse. */
import type { Difference, Sample, Shape } from '../sample.ts'

type Members = Readonly<Record<string, Shape>>

export type Page = Pick<Sample, 'page' | 'commit'>

export const pageOf = (name: string, commit: string): Page => ({ page: `v1.0/api/${name}.md`, commit })

/** Members of a sample that we do not have. `below` is the way from the answer to the row. */
export const leftOut = (row: Members, names: readonly string[], below = ''): Difference[] =>
  names.map((name) => ({
    at: `${below}${name}`,
    documented: row[name] ?? 'absent',
    ours: 'absent',
    why: 'Relata has only those members of the directory that partner tools read or write.',
    section: 'gdap.md §7.6',
    isMissing: true,
  }))

const errorWith = (more: Members): Shape => ({
  error: {
    code: 'string',
    message: 'string',
    innerError: { date: 'string', 'request-id': 'string', 'client-request-id': 'string' },
    ...more,
  },
})

/** An example that needs what we do not have: refused by name, never answered in part. `answer`: as the page has it. */
export const refused = (
  page: Page,
  example: number,
  address: string,
  why: string,
  answer: Shape,
  more: Partial<Sample> & { readonly error?: Members } = {},
): Sample => {
  const { error = { target: 'string' }, status = 200, ...facts } = more
  const common = { why, section: 'gdap.md §7.6', isMissing: true } as const
  return {
    ...page,
    example,
    needs: 'nothing',
    method: 'GET',
    address,
    status,
    answer,
    ...facts,
    insteadOf: [
      { at: 'status', documented: status, ours: 400, ...common },
      { at: 'answer', documented: answer, ours: errorWith(error), ...common },
    ],
  }
}
