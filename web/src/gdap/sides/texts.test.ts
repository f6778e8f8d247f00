import { describe, expect, it } from 'vitest'
import { csvOf } from '../../kit/values/csv.ts'
import { filterText } from './activity/audits.ts'
import { nextName, partnerInId } from './api.ts'
import { type WireEntry, withEntry } from './both/wire.ts'

describe('a file of rows', () => {
  it('quotes what has to be quoted, and begins no cell like a formula', () => {
    expect(
      csvOf(
        ['a', 'b'],
        [
          ['x,y', 'say "no"'],
          ['=1+1', 'line\nend'],
          ['one; two', '\rx'],
        ],
      ),
    ).toBe('\uFEFFa,b\r\n"x,y","say ""no"""\r\n\'=1+1,"line\nend"\r\n"one; two","\'\rx"\r\n')
    for (const first of ['=', '+', '-', '@', '\t'])
      expect(csvOf(['a'], [[`${first}1`]])).toBe(`\uFEFFa\r\n'${first}1\r\n`)
  })
})

describe('the filter of the log', () => {
  it('joins what is given, with quotes doubled', () => {
    const now = new Date('2026-01-10T10:00:30Z')
    expect(filterText({}, now)).toBeUndefined()
    expect(filterText({ days: 1e12 }, now)).toBeUndefined()
    expect(filterText({ text: "O'Neil", category: 'GroupManagement', days: 7 }, now)).toBe(
      "targetResources/any(t:contains(t/displayName,'O''Neil')) and category eq 'GroupManagement' and activityDateTime ge 2026-01-03T10:00:00.000Z",
    )
  })
})

describe('asking again', () => {
  it('counts names up, within the length that Graph takes', () => {
    expect(nextName('Northwind support', [])).toBe('Northwind support 2')
    expect(nextName('Northwind support 2', ['northwind SUPPORT 2', 'Northwind support'])).toBe('Northwind support 3')
    expect(nextName('x'.repeat(50), [])).toBe(`${'x'.repeat(48)} 2`)
  })

  it('finds the partner in the id of a relationship', () => {
    const [a, b] = ['01a22b2b-d38e-7000-84a4-980466b6a471', 'C0117050-0000-4000-8000-000000000001']
    expect(partnerInId(`${a}-${b}`)).toBe(b.toLowerCase())
    expect(partnerInId(a)).toBeUndefined()
  })
})

describe('the strip of requests', () => {
  it('has each once, the newest first', () => {
    const entry = (key: string, dateTime: string): WireEntry => ({ kind: 'event', key, name: key, dateTime })
    const list = [
      entry('b', '2026-01-02T00:00:00Z'),
      entry('a', '2026-01-01T00:00:00Z'),
      entry('b', '2026-01-02T00:00:00Z'),
    ]
    expect(list.reduce(withEntry, [] as readonly WireEntry[]).map(({ key }) => key)).toEqual(['b', 'a'])
  })
})
