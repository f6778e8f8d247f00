/** `generated/` is committed so that a review shows what a model change does to the wire; so it must be current. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { emitted } from '../../scripts/emitted.js'

const folder = new URL('../../generated/', import.meta.url)

describe('generated/', () => {
  it('holds the emitted files and no others', () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(emitted()).sort())
  })

  it.each(Object.entries(emitted()))('%s is what the model says (npm run emit)', (name, text) => {
    expect(readFileSync(new URL(name, folder), 'utf8')).toBe(text)
  })
})
