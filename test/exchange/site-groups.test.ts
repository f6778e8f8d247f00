/** Groups of a site in files: exchange.md §5.2, §7.1, §8. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { checkStore } from '#app/upkeep/check.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
let sites: string[]
const root = '/v1.0/termStore'

beforeAll(async () => {
  server = await startTestServer()
  const { body } = await server.send('GET', '/v1.0/sites?search=*')
  sites = body.value.map(({ id }: { id: string }) => id)
})

afterAll(() => server.close())

async function ask(path: string, body?: string): Promise<string> {
  const headers = { 'content-type': 'application/octet-stream' }
  const how = body === undefined ? {} : { method: 'POST', headers, body }
  const answer = await fetch(`${server.http}/_relata/term-store/${path}`, how)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
  return text
}

async function plan(text: string, query = 'format=json') {
  const body = await ask(`plan?${query}`, text)
  const lines = body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const records = lines.filter(({ action }) => action !== undefined)
  return {
    text: body,
    actions: records.map(({ action, at }) => `${action} ${at.path}`),
    faults: records.flatMap(({ faults }) => faults.map(({ code, text: why }: Record<string, string>) => [code, why])),
  }
}

async function load(text: string, query?: string): Promise<string[]> {
  const made = await plan(text, query)
  const job = JSON.parse(await ask('apply', made.text))
  await server.parts.exchange.settle()
  expect(JSON.parse(await ask(`jobs/${job.id}`)), made.text).toMatchObject({ state: 'done' })
  return made.actions
}

function json(group: object, set: string): string {
  const sets = [{ localizedNames: [{ name: set, languageTag: 'en-US' }], children: [{ labels: [{ name: 'One' }] }] }]
  return JSON.stringify({ format: 'relata-taxonomy/1', groups: [{ complete: false, ...group, sets }] })
}

async function namesAt(path: string): Promise<string[]> {
  const { body } = await server.send('GET', `${path}/groups`)
  return body.value.map(({ displayName }: { displayName: string }) => displayName)
}

async function setsAt(path: string): Promise<string[]> {
  const { body } = await server.send('GET', `${path}/sets`)
  return body.value.map(({ localizedNames: [first] }: { localizedNames: { name: string }[] }) => first?.name)
}

/** What `relata check` finds. */
async function findings(): Promise<string[]> {
  const found: string[] = []
  const note = ({ at, what }: { at: string; what: string }) => found.push(`${at}: ${what}`)
  await checkStore(server.parts.store, {}, note, wellKnown.contoso)
  return found
}

describe('a group of a site', () => {
  it('is made by an import, seen there alone, and exported with its site', async () => {
    const [site = '', other = ''] = sites
    const text = json({ displayName: 'Site group', scope: 'siteCollection', parentSiteId: site }, 'Site set')
    expect(await load(text)).toEqual([
      'create Site group',
      'create Site group/Site set',
      'create Site group/Site set/One',
    ])
    expect(await namesAt(`/v1.0/sites/${site}/termStore`)).toContain('Site group')
    expect(await setsAt(`/v1.0/sites/${site}/termStore`)).toContain('Site set')
    expect(await namesAt(`/v1.0/sites/${other}/termStore`)).not.toContain('Site group')
    const back = await ask('export?format=json&group=Site%20group')
    expect(JSON.parse(back).groups[0]).toMatchObject({ scope: 'siteCollection', parentSiteId: site })
    expect((await plan(back)).actions).toEqual([])
    expect(await findings()).toEqual([])
  })

  it('is shown elsewhere where the file says so, with its sets', async () => {
    const [site = '', other = ''] = sites
    await load(json({ displayName: 'Moving', scope: 'global' }, 'Moving set'))
    const at = (one: object) => plan(json({ displayName: 'Moving', ...one }, 'Moving set'))
    expect((await at({})).actions).toEqual([])
    for (const there of [site, other]) {
      const text = json({ displayName: 'Moving', scope: 'siteCollection', parentSiteId: there }, 'Moving set')
      expect(await load(text)).toEqual(['update Moving'])
      expect(await setsAt(`/v1.0/sites/${there}/termStore`)).toContain('Moving set')
    }
    expect(await setsAt(`/v1.0/sites/${site}/termStore`)).not.toContain('Moving set')
    expect(await load(json({ displayName: 'Moving', scope: 'global' }, 'Moving set'))).toEqual(['update Moving'])
    expect(await setsAt(root)).toContain('Moving set')
    expect(await findings()).toEqual([])
  })

  it('of a PnP template is that of the site which the caller names, and is made where it has none', async () => {
    const site = sites[1] ?? ''
    const query = `format=pnp-xml&site=${encodeURIComponent(site)}`
    const template = (name: string, term: string) => `
      <pnp:TermGroups xmlns:pnp="http://schemas.dev.office.com/PnP/2022/09/ProvisioningSchema">
        <pnp:TermGroup Name="${name}" SiteCollectionTermGroup="true"><pnp:TermSets>
          <pnp:TermSet Name="Of the site"><pnp:Terms><pnp:Term Name="${term}"/></pnp:Terms></pnp:TermSet>
        </pnp:TermSets></pnp:TermGroup>
      </pnp:TermGroups>`
    const there = `/v1.0/sites/${site}/termStore/groups`
    for (const { id, scope } of (await server.send('GET', there)).body.value)
      if (scope === 'siteCollection') await server.send('POST', `${there}/${id}/relata.move`, { siteId: null })
    expect(await load(template('Site - contoso', 'A'), query)).toHaveLength(3)
    expect(await namesAt(`/v1.0/sites/${site}/termStore`)).toContain('Site - contoso')
    expect(await load(template('Whatever', 'B'), query)).toEqual(['create Of the site/B'])
    const nowhere = await plan(template('Whatever', 'B'), 'format=pnp-xml')
    expect(nowhere.faults[0]).toEqual(['parent-missing', expect.stringContaining('--site')])
  })

  it('is refused by name where the site is not there, or is not said', async () => {
    const { faults, actions } = await plan(json({ displayName: 'Lost', parentSiteId: 'nowhere' }, 'Lost set'))
    expect(faults.map(([code]) => code)).toEqual(['parent-missing', 'parent-refused', 'parent-refused'])
    expect(faults[0]?.[1]).toBe("The group 'Lost' belongs to the site 'nowhere', which is not there.")
    expect(actions).toEqual([
      'refused Lost',
      expect.stringContaining('refused Lost/'),
      expect.stringContaining('refused Lost/'),
    ])
    const unsaid = await plan(json({ displayName: 'Lost', scope: 'siteCollection' }, 'Lost set'))
    expect(unsaid.faults[0]).toEqual(['parent-missing', expect.stringContaining('parentSiteId')])
  })
})
