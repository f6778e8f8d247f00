/** The journey of a vocabulary in docs/, run as a reader would run it: two servers, and the built program between them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { startTestServer } from '../_support/server.ts'
import { build, root } from '../crash/built-server.ts'
import { authorityFile, hasCurl, runScript } from './paste.ts'

const script = fileURLToPath(new URL('../../docs/taxonomy-journey.sh', import.meta.url))
const vocabulary = readFileSync(new URL('../../docs/taxonomy-journey.csv', import.meta.url), 'utf8')

it('has a vocabulary in the shape of real ones', () => {
  const [header = '', ...rows] = vocabulary.split('\n')
  expect(header.match(/Label [a-z]{2}-[A-Z]{2}/g)).toHaveLength(5)
  const cells = [...vocabulary.matchAll(/"((?:[^"]|"")*)"|[^,\n]+/g)].map(([whole, quoted]) => quoted ?? whole)
  expect(cells.filter((cell) => cell.length === 1000)).toHaveLength(2)
  // Level 7 is the twelfth column.
  expect(rows.filter((row) => /^(?:[^",]*,){11}[^",]+,/.test(row))).toHaveLength(1)
  for (const part of [',pin,', ',reuse,', ' & ', '19""', 'Лён', ',CCCP,', ',СССР,']) expect(vocabulary).toContain(part)
})

it('leads from a CSV over two servers to equal JSON', { tags: ['slow'], timeout: 120_000 }, async ({ skip }) => {
  if (!hasCurl()) skip('curl is not installed')
  await build()
  const [first, second] = await Promise.all([startTestServer(), startTestServer()])
  try {
    const stdout = await runScript([script], {
      RELATA_ORIGIN: first.origin,
      RELATA_OTHER: second.origin,
      RELATA_CA: authorityFile,
      RELATA: `${process.execPath} ${join(root, 'dist/bin/relata.js')}`,
    })
    const said = Object.fromEntries(
      stdout
        .split(/^## /m)
        .slice(1)
        .map((step) => [step.slice(0, step.indexOf('\n')), step.slice(step.indexOf('\n') + 1).trim()]),
    )
    const json = (title: string) => JSON.parse(said[title] ?? '')
    expect(said['what the CSV would change']).toMatch(/30 create, 1 order, 5 share, 1 deprecate$/)
    expect(said['it is applied']).toMatch(/^done: 37 of 37 /)
    // What a quotation mark becomes is told each time.
    expect(said['the same file again changes nothing']).toMatch(
      /^(?:· repaired .*\n){5}nothing to change; 35 the same$/,
    )
    expect(json('what a merge would do')).toMatchObject({ refusals: [], needs: [] })
    const survivor = json('steamboats are merged into steamers')
    expect(survivor.labels).toContainEqual({ name: 'Steamboats', isDefault: false, languageTag: 'en-US' })
    expect(json('the old id finds the term that stays').id).toBe(survivor.id)
    expect(json('and that is taken back')).toMatchObject({ verb: 'undo', count: 1 })
    expect(json('what has changed').value.map(({ verb }: { verb: string }) => verb)).toEqual([
      'undo',
      'deprecate',
      'deprecate',
    ])
    expect(said['how well the terms are kept']).toMatch(/^0 errors, 6 warnings, \d+ remarks$/m)
    expect(said['and what SKOS leaves out']).toBe('')
    expect(said['the second server reads it']).toMatch(/29 create, 1 order, 4 share, 2 deprecate\ndone: 36 of 36 /)
    expect(said['both are equal']).toMatch(/^\d{5} bytes each$/)
    // Equal, and not by being empty: what was done on the first is in the second.
    const set = '/v1.0/termStore/sets/7a500000-0000-4000-8000-000000000002'
    const merged = await second.send('GET', `${set}/terms/7a500000-0000-4000-8000-000000000108`)
    expect(merged.body.id).toBe(survivor.id)
    const natural = { headers: { Prefer: 'relata.listing=natural' } }
    const roots = await second.send('GET', `${set}/children?$top=2`, undefined, natural)
    expect(roots.body.value.map(({ id }: { id: string }) => id.slice(-3))).toEqual(['111', '101'])
    const below = await second.send('GET', `${set}/terms/7a500000-0000-4000-8000-000000000111/children`)
    expect(below.body.value.map(({ id }: { id: string }) => id.slice(-3))).toEqual(['112'])
  } finally {
    await Promise.all([first.close(), second.close()])
  }
})
