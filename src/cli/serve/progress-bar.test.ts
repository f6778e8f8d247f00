import { describe, expect, it } from 'vitest'
import { barOn, barText } from './progress-bar.ts'

const terms = (done: number) => ({ what: 'terms', done, of: 2_000 })

const drawn = (isTTY: boolean, instants: readonly number[]): string[] => {
  const written: string[] = []
  let now = 0
  const write = (text: string | Uint8Array): boolean => written.push(String(text)) > 0
  const bar = barOn({ isTTY, write } as Parameters<typeof barOn>[0], () => now)
  for (const at of instants) {
    now = at
    bar(terms(at))
  }
  bar(undefined)
  return written
}

describe('a progress bar', () => {
  it('is written to a terminal only', () => {
    expect(drawn(false, [0, 600, 1_000])).toEqual([])
    expect(drawn(true, [0, 600, 1_000])).toEqual([
      `\r\x1b[K${barText(terms(600))}`,
      `\r\x1b[K${barText(terms(1_000))}`,
      '\r\x1b[K',
    ])
  })

  it('is not shown for work that takes a moment, and not drawn too often', () => {
    expect(drawn(true, [0, 100, 499])).toEqual([])
    expect(drawn(true, [600, 610, 650])).toHaveLength(2)
  })

  it('is full at the end', () => {
    expect(barText(terms(1_000))).toBe(`${'█'.repeat(15)}${'░'.repeat(15)} terms 1,000 of 2,000`)
    expect(barText({ what: 'tenants', done: 0, of: 0 })).toContain('█'.repeat(30))
  })
})
