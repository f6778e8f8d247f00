/** The round-trip cases of exchange.md §16 about PnP's XML: 11, 13, 14, 15. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { checkStore } from '#app/upkeep/check.ts'
import { importsOver, queryOf } from '../_support/imports.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
const { ask, plan, load, back } = importsOver(() => server)
const xml = { format: 'pnp-xml' }

beforeAll(async () => {
  server = await startTestServer()
  await server.send('PATCH', '/v1.0/termStore', { languageTags: ['en-US', 'de-DE'] })
})

afterAll(() => server.close())

function file(group: string, set: string, terms: string): string {
  return `<pnp:TermGroups xmlns:pnp="http://schemas.dev.office.com/PnP/2022/09/ProvisioningSchema">
<pnp:TermGroup Name="${group}"><pnp:TermSets><pnp:TermSet Name="${set}" Language="1033"><pnp:Terms>${terms}</pnp:Terms></pnp:TermSet></pnp:TermSets></pnp:TermGroup>
</pnp:TermGroups>`
}

async function setOf(name: string): Promise<{
  order?: number
  children: { labels: { name: string; languageTag: string; isDefault: boolean }[] }[]
}> {
  const text = await ask(`export?${queryOf({ format: 'json', set: name })}`)
  return JSON.parse(text).groups[0].sets[0]
}

function shown(labels: { name: string; languageTag: string; isDefault: boolean }[]): string[] {
  return labels.map(({ name, languageTag, isDefault }) => `${languageTag} ${name}${isDefault ? ' (default)' : ''}`)
}

describe('the cases of exchange.md §16 in PnP’s XML', () => {
  it('11: an order with gaps', async () => {
    const term = (name: string, order: number) => `<pnp:Term Name="${name}" CustomSortOrder="${order}"/>`
    const terms = term('B', 2) + term('A', 1) + term('X', 0) + term('C', 3)
    await load(file('Case 11', 'Gaps', terms), xml)
    const { order, children } = await setOf('Case 11/Gaps')
    expect([order, children.map(({ labels }) => labels[0]?.name)]).toEqual([3, ['A', 'B', 'C', 'X']])
    const text = await ask(`export?${queryOf({ ...xml, set: 'Case 11/Gaps' })}`)
    const numbers = [...text.matchAll(/<pnp:Term Name="(.)"[^>]*CustomSortOrder="(\d)"/g)]
    expect(numbers.map(([, name, number]) => `${name} ${number}`)).toEqual(['A 1', 'B 2', 'C 3', 'X 4'])
    expect(await ask(`export?${queryOf({ ...xml, set: 'Case 11/Gaps', report: 'only' })}`)).toContain('order-partial')
    const json = { format: 'json', set: 'Case 11/Gaps' }
    expect(await ask(`export?${queryOf({ ...json, report: 'only' })}`)).toBe('')
    await back(json)
  })

  it('13: a second default label', async () => {
    const term = (labels: string) => `<pnp:Term Name="Print"><pnp:Labels>${labels}</pnp:Labels></pnp:Term>`
    const flagged = '<pnp:Label Language="1033" Value="Printing" IsDefaultForLanguage="true"/>'
    expect((await plan(file('Case 13', 'Defaults', term(flagged)), xml)).faults).toEqual([
      'two-defaults Defaults/Print',
    ])
    const others = '<pnp:Label Language="1033" Value="Printing"/><pnp:Label Language="1031" Value="Druck"/>'
    const made = await load(file('Case 13', 'Defaults', term(others)), xml)
    expect(made.remarks).toContain('assumed')
    const [print] = (await setOf('Case 13/Defaults')).children
    expect(shown(print?.labels ?? [])).toEqual(['de-DE Druck (default)', 'en-US Print (default)', 'en-US Printing'])
    const text = await back({ ...xml, set: 'Case 13/Defaults' })
    expect(text).toContain('<pnp:Label Language="1031" Value="Druck" IsDefaultForLanguage="true" />')
  })

  it('14: white space in attributes', async () => {
    const terms = '<pnp:Term Name="Escaped" Description="a&#10;b"/><pnp:Term Name="Raw" Description="a\nb"/>'
    await load(file('Case 14', 'White space', terms), xml)
    const text = await back({ ...xml, set: 'Case 14/White space' })
    expect(text).toContain('Description="a&#10;b"')
    expect(text).toContain('Description="a b"')
  })

  it('15: an empty id, and a token that nobody resolves', async () => {
    const none = 'ID="{00000000-0000-0000-0000-000000000000}"'
    await load(file('Case 15', 'Tokens', `<pnp:Term Name="Top" ${none}/>`), xml)
    const again = await plan(file('Case 15', 'Tokens', `<pnp:Term Name="Top" ${none} Description="by path"/>`), xml)
    expect(again.actions).toEqual(['update Tokens/Top'])
    const property =
      '<pnp:CustomProperties><pnp:Property Key="note" Value="see {parameter:Top}"/></pnp:CustomProperties>'
    const terms = `<pnp:Term Name="{parameter:Top}"/><pnp:Term Name="Kept">${property}</pnp:Term>`
    const made = await load(file('Case 15', 'Tokens', terms), xml, true)
    expect(made.faults).toEqual([expect.stringMatching(/^token /)])
    expect(await back({ ...xml, set: 'Case 15/Tokens' })).toContain('Value="see {parameter:Top}"')
    const resolved = await load(file('Case 15', 'Tokens', terms), { ...xml, parameter: 'Top=Resolved' })
    expect(resolved.actions).toContain('create Tokens/Resolved')
  })

  it('leave a store that relata check finds in order', async () => {
    const found: string[] = []
    const tell = ({ rule, at, what }: { rule: string; at: string; what: string }) =>
      found.push(`${rule} ${at}: ${what}`)
    await checkStore(server.parts.store, {}, tell, wellKnown.contoso)
    expect(found.filter((one) => !one.startsWith('label term c0117050'))).toEqual([])
  })
})
