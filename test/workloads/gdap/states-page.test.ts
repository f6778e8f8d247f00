/** The page is committed, so that a review shows what a change of a table means; so it must be current. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { steps } from '#workloads/gdap/rules/relationship/lifecycle.ts'
import { emittedPages } from '../../../scripts/emitted.js'

const docs = new URL('../../../docs/', import.meta.url)

describe('docs/', () => {
  it.each(Object.entries(emittedPages()))('%s is what the tables say (npm run emit)', (name, text) => {
    expect(readFileSync(new URL(name, docs), 'utf8')).toBe(text)
  })

  it('draws every step of a relationship as an arrow', () => {
    const page = emittedPages()['gdap-states.md'] ?? ''
    for (const { from, on, to } of steps) expect(page).toContain(`${from ?? '[*]'} --> ${to ?? '[*]'}: ${on} (`)
  })
})
