/** Statement texts by the keys they test or change, each made once. */
import { quoted } from '../schema/ddl.ts'
import { placeholder, type StatementText, textOf } from './statement.ts'

type Make = (names: readonly string[]) => string

const nullMark = '!'
const anyMark = '*'
const orMark = '|'

/**
 * A list of keys, in their order. A key to be null, or anything else, is another than the same with a value. It may be
 * several lists, one after another, of which any is to hold.
 */
export class KeyList {
  private readonly make: Make
  private readonly names: readonly string[]
  private readonly values = new Map<string, KeyList>()
  private readonly nulls = new Map<string, KeyList>()
  private readonly others = new Map<string, KeyList>()
  private known: StatementText | undefined

  constructor(make: Make, names: readonly string[] = []) {
    this.make = make
    this.names = names
  }

  /** Key by key: to put all of them together first would cost more than the statement's values. */
  with(key: string): KeyList {
    return this.values.get(key) ?? this.add(this.values, key, '')
  }

  withNull(key: string): KeyList {
    return this.nulls.get(key) ?? this.add(this.nulls, key, nullMark)
  }

  withAny(key: string): KeyList {
    return this.others.get(key) ?? this.add(this.others, key, anyMark)
  }

  /** Begins the next list. */
  or(): KeyList {
    return this.values.get(orMark) ?? this.add(this.values, orMark, '')
  }

  private add(longer: Map<string, KeyList>, key: string, mark: string): KeyList {
    const made = new KeyList(this.make, [...this.names, key + mark])
    longer.set(key, made)
    return made
  }

  text(): StatementText {
    this.known ??= textOf(this.make(this.names))
    return this.known
  }
}

export const upTo = `limit ${placeholder}`

export function placeholders(count: number): string {
  return new Array(count).fill('?').join(', ')
}

/** The key alone. */
export function keyIn(name: string): string {
  return name.endsWith(nullMark) || name.endsWith(anyMark) ? name.slice(0, -1) : name
}

/** Tests of the tenant and the keys. Null equals null; a test of its own for it lets every database use an index. */
export function testsOf(names: readonly string[], columnOf: (key: string) => string): string {
  const test = (name: string): string => {
    const column = quoted(columnOf(keyIn(name)))
    if (name.endsWith(nullMark)) return `${column} is null`
    return name.endsWith(anyMark) ? `${column} is not null` : `${column} = ${placeholder}`
  }
  return [`"tenant_no" = ${placeholder}`, ...names.map(test)].join(' and ')
}

/** One select for each list of keys, their rows in one, each once. */
export function unionOf(names: readonly string[], select: (names: readonly string[]) => string, by = 'union'): string {
  const selects: string[] = []
  for (let from = 0; from <= names.length; ) {
    const or = names.indexOf(orMark, from)
    const end = or === -1 ? names.length : or
    selects.push(select(names.slice(from, end)))
    from = end + 1
  }
  return selects.join(` ${by} `)
}
