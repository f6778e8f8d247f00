/** Statement texts by the keys they test or change, each made once. */
import { quoted } from './ddl.ts'
import { type Text, textOf } from './session.ts'

type Make = (names: readonly string[]) => string

const nullMark = '!'
const anyMark = '*'

/** A list of keys, in their order. A key to be null, or anything else, is another than the same with a value. */
export class Keys {
  private readonly make: Make
  private readonly names: readonly string[]
  private readonly values = new Map<string, Keys>()
  private readonly nulls = new Map<string, Keys>()
  private readonly others = new Map<string, Keys>()
  private known: Text | undefined

  constructor(make: Make, names: readonly string[] = []) {
    this.make = make
    this.names = names
  }

  /** Key by key: to put all of them together first would cost more than the statement's values. */
  with(key: string): Keys {
    return this.values.get(key) ?? this.add(this.values, key, '')
  }

  withNull(key: string): Keys {
    return this.nulls.get(key) ?? this.add(this.nulls, key, nullMark)
  }

  withAny(key: string): Keys {
    return this.others.get(key) ?? this.add(this.others, key, anyMark)
  }

  private add(longer: Map<string, Keys>, key: string, mark: string): Keys {
    const made = new Keys(this.make, [...this.names, key + mark])
    longer.set(key, made)
    return made
  }

  text(): Text {
    this.known ??= textOf(this.make(this.names))
    return this.known
  }
}

/** Tests of the tenant and the keys. Null equals null; a test of its own for it lets every database use an index. */
export const testsOf = (names: readonly string[], columnOf: (key: string) => string): string => {
  const test = (name: string): string => {
    if (name.endsWith(nullMark)) return `${quoted(columnOf(name.slice(0, -1)))} is null`
    if (name.endsWith(anyMark)) return `${quoted(columnOf(name.slice(0, -1)))} is not null`
    return `${quoted(columnOf(name))} = ?`
  }
  return ['"tenant_no" = ?', ...names.map(test)].join(' and ')
}
