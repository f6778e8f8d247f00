/** docs/security.md leaves out no requirement of level 1 or 2 of the chapters that it lists in full, and its tests exist. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { pageAt } from './paste.ts'

const page = pageAt('docs/security.md')
const root = fileURLToPath(new URL('../../', import.meta.url))

/** ASVS 5.0: section → how many requirements of level 1 and 2 it has. They are numbered from 1, before those of level 3. */
const sections: Readonly<Record<string, number>> = {
  '1.1': 2,
  '1.2': 9,
  '1.3': 11,
  '1.4': 3,
  '1.5': 2,
  '2.1': 3,
  '2.2': 3,
  '2.3': 4,
  '2.4': 1,
  '4.1': 3,
  '4.2': 1,
  '4.3': 2,
  '4.4': 4,
  '5.1': 1,
  '5.2': 3,
  '5.3': 2,
  '5.4': 3,
  '6.1': 3,
  '6.2': 11,
  '6.3': 3,
  '6.4': 4,
  '6.5': 5,
  '6.6': 3,
  '6.8': 3,
  '7.1': 3,
  '7.2': 4,
  '7.3': 2,
  '7.4': 5,
  '7.5': 2,
  '7.6': 2,
  '8.1': 2,
  '8.2': 3,
  '8.3': 1,
  '8.4': 1,
  '9.1': 3,
  '9.2': 4,
  '10.1': 2,
  '10.3': 4,
  '10.4': 11,
  '10.6': 2,
  '10.7': 3,
  '12.1': 3,
  '12.2': 2,
  '12.3': 4,
  '13.1': 1,
  '13.2': 5,
  '13.3': 2,
  '13.4': 5,
  '16.1': 1,
  '16.2': 5,
  '16.3': 4,
  '16.4': 3,
  '16.5': 3,
}

const wanted = Object.entries(sections).flatMap(([section, count]) =>
  Array.from({ length: count }, (_, at) => `${section}.${at + 1}`),
)

function rangeOf(first: string, last: string): string[] {
  const [chapter, section, from] = first.split('.').map(Number)
  const to = Number(last.split('.')[2])
  return Array.from({ length: to - Number(from) + 1 }, (_, at) => `${chapter}.${section}.${Number(from) + at}`)
}

/** `1.2.3`, `1.2.3–1.2.5` where the section is one, and where it is not each section's own. */
function numbersIn(cell: string): string[] {
  return cell.split(',').flatMap((part) => {
    const [first = '', last = first] = part.trim().split('–')
    return rangeOf(first, last)
  })
}

const rows = page
  .split('\n')
  .filter((line) => /^\| \d+\.\d+\.\d+/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))

describe('the table of security requirements', () => {
  it('has each requirement once', () => {
    expect(rows.flatMap((cells) => numbersIn(cells[1] ?? '')).sort()).toEqual([...wanted].sort())
  })

  it('says how each is met, in both modes', () => {
    for (const [, number, , standIn, registry] of rows)
      for (const cell of [standIn, registry]) expect(cell, number).toMatch(/^(yes|n\/a|by choice|yours)(:|$)/)
  })

  it('names a test for whatever is met, or the page that says it', () => {
    const bare = rows.filter(([, , , standIn = '', registry = '', tests]) => {
      const isMet = /^yes(:|$)/.test(standIn) || /^yes(:|$)/.test(registry)
      return isMet && tests === ''
    })
    expect(bare.map(([, number]) => number)).toEqual([])
  })

  it('names tests that are there', () => {
    const named = page.match(/`(?:src\/)?[\w/-]+\.test\.ts`/g) ?? []
    const files = [...new Set(named)].map((name) => name.slice(1, -1))
    expect(files.length).toBeGreaterThan(50)
    expect(files.filter((file) => !existsSync(`${root}${file.startsWith('src/') ? '' : 'test/'}${file}`))).toEqual([])
  })
})
