import { describe, expect, it } from 'vitest'
import { nameGivenTwice } from './twice.ts'

describe('a name that is given twice', () => {
  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"a":"b","c":{"b":1,"d":[1,{"e":1, "e" : 2}]}}', 'c/d/1/e'],
    ['{"a\\\\":1,"b":"\\\\\\"","a\\\\":1}', 'a\\'],
    ['{"":1,"":1}', ''],
    ['[{"a":1},{"a":1,"__proto__":1,"__proto__":1}]', '1/__proto__'],
  ])('is found in %s', (text, path) => {
    JSON.parse(text)
    expect(nameGivenTwice(text)).toBe(path)
  })

  it.each([
    '{"a":"a","b":{"a":1},"c":[{"a":1},{"a":1}],"A":1}',
    '{"a":"{\\"x\\":1,\\"x\\":2}","x":":,\\\\"}',
    '[]',
    '7',
    '"a:a"',
    '{"a":["x","x",[],{}],"b":null}',
  ])('is not found in %s', (text) => {
    JSON.parse(text)
    expect(nameGivenTwice(text)).toBe(undefined)
  })

  it('is looked for in time that grows with the text', () => {
    const time = (count: number) => {
      const names = Array.from({ length: count }, (_, at) => `"name${at}":"${'\\\\'.repeat(5)}\\""`)
      const text = `{${names.join(',')}}`
      const start = performance.now()
      expect(nameGivenTwice(text)).toBe(undefined)
      return performance.now() - start
    }
    time(1000)
    expect(time(100_000)).toBeLessThan(2000)
  })
})
