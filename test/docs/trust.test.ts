/** test/trust.md has a row for each finding, and the tests that it names are there. */
import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { pageAt } from './paste.ts'

const counts = { A: 8, B: 12, C: 10 }
const wanted = Object.entries(counts).flatMap(([part, count]) =>
  Array.from({ length: count }, (_, at) => `${part}${at + 1}`),
)

const rows = pageAt('test/trust.md')
  .split('\n')
  .filter((line) => /^\| [ABC]\d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))

it('test/trust.md has each finding', () => {
  expect([...new Set(rows.map(([, id]) => id))]).toEqual(wanted)
})

it('test/trust.md names tests that are there', () => {
  const missing = rows.filter(([, , , file = '', name = '']) => {
    const path = file.replaceAll('`', '')
    return name === '' || !existsSync(new URL(`../../${path}`, import.meta.url)) || !pageAt(path).includes(`'${name}'`)
  })
  expect(missing).toEqual([])
})
