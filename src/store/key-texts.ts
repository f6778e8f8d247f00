/** Statement texts by the keys they test or change, each made once. */
import { quoted } from './ddl.ts'
import { type Text, textOf } from './session.ts'

/** A list of keys, in their order. A key to be null is another than the same with a value. */
export class Keys {
  private readonly values = new Map<string, Keys>()
  private readonly nulls = new Map<string, Keys>()
  private text: Text | undefined
  readonly names: readonly string[]

  constructor(names: readonly string[] = []) {
    this.names = names
  }

  /** Key by key: to put all of them together first would cost more than the statement's values. */
  with(key: string, isNull: boolean): Keys {
    const longer = isNull ? this.nulls : this.values
    const known = longer.get(key)
    if (known !== undefined) return known
    const made = new Keys([...this.names, isNull ? key + nullMark : key])
    longer.set(key, made)
    return made
  }

  textBy(make: (names: readonly string[]) => string): Text {
    this.text ??= textOf(make(this.names))
    return this.text
  }
}

const nullMark = '!'

/** Tests of the tenant and the keys. Null equals null; a test of its own for it lets every database use an index. */
export const testsOf = (names: readonly string[], columnOf: (key: string) => string): string =>
  [
    '"tenant_no" = ?',
    ...names.map((name) =>
      name.endsWith(nullMark)
        ? `${quoted(columnOf(name.slice(0, -nullMark.length)))} is null`
        : `${quoted(columnOf(name))} = ?`,
    ),
  ].join(' and ')
