/** The code that docs/clients.md takes out of the witnesses is what runs; anything else says that it does not run here. */
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { emittedPages } from '../../scripts/emitted.js'
import { pageAt } from './paste.ts'

const page = pageAt('docs/clients.md')
const sections = page.split(/^## /m).map((text) => [text.split('\n')[0] ?? '', text] as const)

/** Files of the witnesses that the page shows. */
const shown = [...page.matchAll(/<!-- recipe: (\S+) /g)].map(([, file = '']) => file)

describe('the recipes of docs/clients.md', () => {
  it('are those of the witnesses (npm run emit)', () => {
    expect(emittedPages()['clients.md']).toBe(page)
  })

  it.each(['Python', 'Go', 'Java', 'curl'])('show what runs in %s', (language) => {
    const text = sections.find(([title]) => title === language)?.[1] ?? ''
    expect(text.match(/<!-- recipe: /g)?.length).toBeGreaterThanOrEqual(2)
    const folder = language.toLowerCase()
    const files = [...text.matchAll(/<!-- recipe: (\S+) /g)].map(([, file = '']) => file)
    expect(files.filter((file) => !file.startsWith(`${folder}/`))).toEqual([])
  })

  it('come from files of witnesses', () => {
    for (const file of shown) expect(existsSync(new URL(`../witnesses/${file}`, import.meta.url)), file).toBe(true)
  })

  it.each(['.NET', 'PowerShell'])('say that %s does not run here', (language) => {
    expect(sections.find(([title]) => title === language)?.[1]).toMatch(/^\S+\n\nNot run here:/)
  })
})
