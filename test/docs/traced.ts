/** What a page of traces has to have: rows for all that it answers for, in that order, and tests that are there. */
import { expect, it } from 'vitest'
import { pageAt } from './paste.ts'
import { type Trace, tracesIn, untraced } from './traces.ts'

/**
 * Sections of a specification that hold text of their own, such as `9.3`, in their order. `parts`: numbers of the chapters,
 * first and last.
 */
export function sectionsOf(specification: string, [first, last]: readonly [number, number]): string[] {
  const headings = [...pageAt(specification).matchAll(/^##+ (\d+)(\.\d+)?[. ]/gm)]
    .filter(([, part]) => Number(part) >= first && Number(part) <= last)
    .map(([, part, rest = '']) => `${part}${rest}`)
  return headings.filter((one) => !headings.some((other) => other.startsWith(`${one}.`)))
}

interface Traced {
  /** Names of what it answers for, in their order. */
  readonly wanted: readonly string[]
  readonly form: RegExp
}

/** The tests of one page of traces, which say what it lacks. */
export function checkTraces(page: string, { wanted, form }: Traced): readonly Trace[] {
  const traces = tracesIn(page, form)
  it(`${page} has rows for all that it answers for, in order`, () => {
    expect([...new Set(traces.map(({ id }) => id))]).toEqual(wanted)
  })
  it(`${page} names tests that are there`, () => {
    expect(untraced(traces)).toEqual([])
  })
  return traces
}
