import { describe, expect, it } from 'vitest'
import { checkAccept, isUsualAccept } from './accept.ts'

const json = ['application/json']

describe('Accept', () => {
  it.each([
    ['*/*', true],
    ['application/json', true],
    ['application/json;odata.metadata=minimal', false],
    ['application/json;odata.streaming=true', true],
    ['application/json;IEEE754Compatible=true', false],
    ['text/plain, application/json;q=0.5', true],
    ['text/plain', false],
    ['nonsense', false],
  ])('%s is answered by what is remembered: %s', (header, usual) => {
    expect(isUsualAccept(header)).toBe(usual)
    expect(isUsualAccept(header)).toBe(usual)
  })

  it('is read in time with its length', () => {
    for (const text of ['a/b;'.repeat(5000), '"'.repeat(20_000), ','.repeat(20_000), 'a/b;x="\\'.repeat(3000)]) {
      const began = performance.now()
      try {
        checkAccept(text, json)
      } catch {
        // Refused or not: only the time counts.
      }
      expect(performance.now() - began).toBeLessThan(1000)
    }
  })
})
