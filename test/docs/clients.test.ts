/** The code in docs/clients.md imports what it uses, from packages that export it. test/clients runs such code. */
import { describe, expect, it } from 'vitest'
import { transparentHosts } from '#app/trust/transparent.ts'
import { startTestServer } from '../_support/server.ts'
import { blocksIn, hasCurl, pageAt, paste } from './paste.ts'

const page = pageAt('docs/clients.md')
const blocks = blocksIn(page, 'ts')
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

describe('the commands in docs/clients.md', () => {
  const section = page.split(/^## /m).find((text) => text.startsWith('curl\n')) ?? ''
  const commands = blocksIn(section, 'sh').join('\n').replace('$PWD/.relata', '.relata')

  it('for curl can be pasted twice, and show what they made', async ({ skip }) => {
    if (!hasCurl()) skip('curl is not installed')
    const server = await startTestServer()
    try {
      for (const time of ['once', 'again']) {
        // An interactive shell goes on after the error, which is shown on purpose.
        const said = (await paste(`set +e\n${commands}`, server.origin)).split('\n')
        expect(said.slice(0, 4), time).toEqual([
          expect.stringMatching(/"displayName":"curl \d+"/),
          expect.stringMatching(/"code":"itemNotFound".* 404$/),
          expect.stringMatching(/"displayName":"curl \d+, renamed".* 200$/),
          expect.stringMatching(/"displayName":"curl \d+, renamed".*"status":"terminated"/),
        ])
      }
    } finally {
      await server.close()
    }
  })

  it('for a shell have nothing that only bash takes', () => {
    for (const block of blocksIn(page, 'sh')) expect(block).not.toMatch(/<<<|\[\[|(^|\s)#/m)
  })

  it('include a proxy that leads the hosts of the transparent mode to Relata', () => {
    const [proxy = ''] = blocksIn(page, 'js')
    expect(/hosts = \[([^\]]+)\]/.exec(proxy)?.[1]?.match(/[\w.]+/g)).toEqual([...transparentHosts])
  })
})
