/**
 * Which conditions of the filter the server applies itself (docs/requests.md, "A list"), so that of many requests only those
 * are sent that are wanted. What it would read otherwise than the page stays with the page. Pure.
 */
import { type Condition, conditionsIn, type Filter } from './filter.ts'

export type ServerQuery = Readonly<Record<string, string>>

export interface Split {
  readonly query: ServerQuery
  /** As they were typed: looked for by the page among those that it has. */
  readonly rest: readonly string[]
}

const mostWildcards = 32
const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What the server refuses, as while somebody types, is none. */
const served: Readonly<Record<string, (value: string) => boolean>> = {
  status: (value) => /^(?:[1-5](?:xx|\d\d)|0)(?:,(?:[1-5](?:xx|\d\d)|0))*$/.test(value),
  method: (value) => /^[a-z]+(?:,[a-z]+)*$/.test(value),
  path: (value) => value !== '' && value.split('*').length <= mostWildcards,
  // Parts of names and of ids are the page's.
  tenant: (value) => guid.test(value),
  client: (value) => guid.test(value),
  fault: (value) => value === '*',
}

function isServed({ name, value, isNot }: Condition): boolean {
  return name !== undefined && !isNot && served[name]?.(value) === true
}

const shows: Readonly<Record<Filter['show'], ServerQuery>> = {
  all: {},
  failed: { status: '0,4xx,5xx' },
  faults: { fault: '*' },
}

/** Of two conditions of one name the first is the server's. The page applies all of them once more. */
export function splitFilter({ text, show }: Pick<Filter, 'text' | 'show'>): Split {
  const query: Record<string, string> = {}
  const rest: string[] = []
  for (const condition of conditionsIn(text)) {
    const { name = '', value } = condition
    if (isServed(condition) && query[name] === undefined) query[name] = value
    else rest.push(condition.text)
  }
  return { query: { ...shows[show], ...query }, rest }
}
