/** Caches of statement texts, by the keys that they test or change. */
import { quoted } from '../schema/ddl.ts'
import { placeholder, type RowForm, type StatementText, textOf } from './statement.ts'

type Make = (names: readonly string[]) => string
type FormOf = (names: readonly string[]) => RowForm | undefined

const nullMark = '!'
const anyMark = '*'
const orMark = '|'

/**
 * A list of keys in order, as a node of a trie. A key that must be null, or not null, differs from the same key with a
 * value. The list may consist of several alternatives, separated by `or`.
 */
export class KeyList {
  private readonly make: Make
  private readonly formOf: FormOf | undefined
  private readonly names: readonly string[]
  private readonly values = new Map<string, KeyList>()
  private readonly nulls = new Map<string, KeyList>()
  private readonly others = new Map<string, KeyList>()
  private known: StatementText | undefined

  constructor(make: Make, formOf?: FormOf, names: readonly string[] = []) {
    this.make = make
    this.formOf = formOf
    this.names = names
  }

  /** Adds one key at a time: joining names to a key of a map would cost more than binding the values. */
  with(key: string): KeyList {
    return this.values.get(key) ?? this.add(this.values, key, '')
  }

  withNull(key: string): KeyList {
    return this.nulls.get(key) ?? this.add(this.nulls, key, nullMark)
  }

  withAny(key: string): KeyList {
    return this.others.get(key) ?? this.add(this.others, key, anyMark)
  }

  /** Begins the next alternative. */
  or(): KeyList {
    return this.values.get(orMark) ?? this.add(this.values, orMark, '')
  }

  private add(longer: Map<string, KeyList>, key: string, mark: string): KeyList {
    const made = new KeyList(this.make, this.formOf, [...this.names, key + mark])
    longer.set(key, made)
    return made
  }

  text(): StatementText {
    this.known ??= textOf(this.make(this.names), this.formOf?.(this.names))
    return this.known
  }
}

export const upTo = `limit ${placeholder}`

export function placeholders(count: number): string {
  return new Array(count).fill('?').join(', ')
}

/** The key without its mark. */
export function keyIn(name: string): string {
  return name.endsWith(nullMark) || name.endsWith(anyMark) ? name.slice(0, -1) : name
}

/** Tests of the tenant and the keys. Null equals null; `is null` is a separate test, so that every database uses an index. */
export function testsOf(names: readonly string[], columnOf: (key: string) => string): string {
  const test = (name: string): string => {
    const column = quoted(columnOf(keyIn(name)))
    if (name.endsWith(nullMark)) return `${column} is null`
    return name.endsWith(anyMark) ? `${column} is not null` : `${column} = ${placeholder}`
  }
  return [`"tenant_no" = ${placeholder}`, ...names.map(test)].join(' and ')
}

/** The union of one select for each alternative. */
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
