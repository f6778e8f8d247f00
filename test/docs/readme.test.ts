/** The README's own commands, pasted into a shell against a fresh server, and its table of well-known values. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tenants, wellKnown } from '#app/seed/seed-data.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { blocksIn, hasCurl, pageAt, paste } from './paste.ts'

const readme = pageAt('README.md')

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

describe('the README', () => {
  it.for(['once', 'again'])('has requests that create a relation, as pasted %s', async (_, { skip }) => {
    if (!hasCurl()) skip('curl is not installed')
    const said = await paste(blocksIn(readme, 'sh')[1] ?? '', server.origin)
    const answers = said.split(/(?=\{"@odata\.context")/).map((text) => JSON.parse(text))
    expect(answers).toHaveLength(2)
    expect(answers[0]).toMatchObject({ id: expect.stringMatching(/^r!/), relationship: 'pin' })
    expect(answers[1].value).toMatchObject([{ id: answers[0].id, toTerm: { labels: [{ name: 'Basil' }] } }])
  })

  it('lists the well-known values of the seed', () => {
    for (const value of Object.values(wellKnown)) expect(readme).toContain(`\`${value}\``)
    for (const { displayName, domain } of tenants) {
      expect(readme).toContain(displayName.split(' ')[0])
      expect(readme).toContain(`\`${domain}\``)
    }
  })

  it('says why each library of the bundle is there, and that nothing has to be installed', () => {
    const manifest = JSON.parse(pageAt('package.json'))
    expect(Object.keys(manifest).filter((name) => /^(d|optionalD|peerD|bundledD)ependencies$/.test(name))).toEqual([])
    const tools = /^(@types\/.*|rolldown|typescript)$/
    const names = Object.keys(manifest.devDependencies).filter((name) => !tools.test(name))
    expect(names.length).toBeGreaterThan(8)
    expect(names.filter((name) => !readme.includes(`**${name}**`))).toEqual([])
  })
})
