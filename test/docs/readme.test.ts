/** The README's own commands, pasted into a shell against a fresh server, and its table of well-known values. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tenants } from '#app/seed/default-seed.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { blocksIn, hasCurl, pageAt, paste } from './paste.ts'

const readme = pageAt('README.md')

const servers: Record<string, TestServer> = {}
beforeAll(async () => {
  servers['as it is'] = await startTestServer()
  servers['with --strict'] = await startTestServer({ strict: true })
})
afterAll(() => Promise.all(Object.values(servers).map((server) => server.close())))

describe('the README', () => {
  it.for([
    ['as it is', 'once'],
    ['as it is', 'again'],
    ['with --strict', 'once'],
  ] as const)('has requests that create a relation, with the server %s, as pasted %s', async ([name], { skip }) => {
    if (!hasCurl()) skip('curl is not installed')
    const said = await paste(blocksIn(readme, 'sh')[1] ?? '', servers[name]?.origin ?? '')
    const answers = said.split(/(?=\{"@odata\.context")/).map((text) => JSON.parse(text))
    expect(answers).toHaveLength(2)
    expect(answers[0]).toMatchObject({ id: expect.stringMatching(/^r!/), relationship: 'pin' })
    expect(answers[1].value).toMatchObject([{ id: answers[0].id, toTerm: { labels: [{ name: 'Basil' }] } }])
  })

  it('has commands for any interactive shell, zsh too, that leave its variables and commands alone', () => {
    for (const block of blocksIn(readme, 'sh')) {
      expect(block, 'a comment is one in bash only').not.toMatch(/(^|\s)#/m)
      expect(block.match(/^[A-Z]\w*=/gm), 'such names are exported ones').toBeNull()
      expect(block.match(/^(?:id|test|time|which)\(\)/gm), 'these are commands').toBeNull()
      expect(block.replaceAll(/"[^"]*"|'[^']*'/g, ''), 'a pattern in zsh').not.toMatch(/[?[]/)
    }
  })

  it('lists the well-known values of the seed', () => {
    for (const value of Object.values(wellKnown)) expect(readme).toContain(`\`${value}\``)
    for (const { displayName, defaultDomain: domain } of tenants) {
      expect(readme).toContain(displayName.split(' ')[0])
      expect(readme).toContain(`\`${domain}\``)
    }
  })

  it('says why each library of the bundle is there, and that nothing has to be installed', () => {
    const manifest = JSON.parse(pageAt('package.json'))
    expect(Object.keys(manifest).filter((name) => /^(d|optionalD|bundledD)ependencies$/.test(name))).toEqual([])
    // What `relata/testing` uses where it is there.
    for (const name of Object.keys(manifest.peerDependencies))
      expect(manifest.peerDependenciesMeta[name]?.optional, name).toBe(true)
    const tools = /^(@types\/.*|rolldown|typescript)$/
    const names = Object.keys(manifest.devDependencies).filter((name) => !tools.test(name))
    expect(names.length).toBeGreaterThan(8)
    expect(names.filter((name) => !readme.includes(`**${name}**`))).toEqual([])
  })
})
