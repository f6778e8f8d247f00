/** Statement texts by the keys they test or change, each made once. */
import { quoted } from './ddl.ts'
import { type Text, textOf } from './session.ts'

type Make = (names: readonly string[]) => string

/** A list of keys, in their order. A key to be null is another than the same with a value. */
export class Keys {
  private readonly make: Make
  private readonly names: readonly string[]
  private readonly values = new Map<string, Keys>()
  private readonly nulls = new Map<string, Keys>()
  private known: Text | undefined

  constructor(make: Make, names: readonly string[] = []) {
    this.make = make
    this.names = names
  }

  /** Key by key: to put all of them together first would cost more than the statement's values. */
  with(key: string, isNull = false): Keys {
    const longer = isNull ? this.nulls : this.values
    const found = longer.get(key)
    if (found !== undefined) return found
    const made = new Keys(this.make, [...this.names, isNull ? key + nullMark : key])
    longer.set(key, made)
    return made
  }

  text(): Text {
    this.known ??= textOf(this.make(this.names))
    return this.known
  }
}

const nullMark = '!'

/** Tests of the tenant and the keys. Null equals null; a test of its own for it lets every database use an index. */
export const testsOf = (names: readonly string[], columnOf: (key: string) => string): string => {
  const test = (name: string): string =>
    name.endsWith(nullMark) ? `${quoted(columnOf(name.slice(0, -1)))} is null` : `${quoted(columnOf(name))} = ?`
  return ['"tenant_no" = ?', ...names.map(test)].join(' and ')
}
