/** The code in docs/clients.md imports what it uses, from packages that export it. test/clients runs such code. */
import { describe, expect, it } from 'vitest'
import { blocksIn, pageAt } from './paste.ts'

const blocks = blocksIn(pageAt('docs/clients.md'), 'ts')
const withImports = blocks.filter((block) => block.includes('import '))

describe('the code in docs/clients.md', () => {
  it('is checked here', () => {
    expect(withImports.length).toBeGreaterThanOrEqual(6)
  })

  it.each(withImports)('imports what exists: %#', async (block) => {
    for (const [, names = '', from = ''] of block.matchAll(/^import (?:\{ (.+) \} from )?'(.+)'$/gm)) {
      const exported = Object.keys(await import(from))
      const wanted = names.split(', ').filter((name) => name !== '')
      expect(exported, from).toEqual(expect.arrayContaining(wanted))
    }
  })

  it('imports or declares what it uses', () => {
    const known = new Set(['URL', 'Set'])
    for (const block of blocks) {
      const code = block.replaceAll(/'[^'\n]*'|`[^`]*`/g, "''")
      for (const [, names = ''] of code.matchAll(/^(?:import|const) \{ (.+?) \}/gm))
        for (const name of names.split(', ')) known.add(name.split(': ').at(-1) ?? '')
      for (const [, name = ''] of code.matchAll(/^const (\w+)/gm)) known.add(name)
      const used = [...code.matchAll(/(?<![.\w])(\w+)[(.]/g)].map(([, name = '']) => name)
      const given = [...code.matchAll(/[(,] ?(\w+)(?=[,)])/g)].map(([, name = '']) => name)
      const built = new Set(['console', 'url', 'undefined'])
      expect([...used, ...given].filter((name) => !known.has(name) && !built.has(name))).toEqual([])
    }
  })
})
