/** How clients find a site, and with it the term store (fidelity A13): `/sites`, `?search=`, and the forms of a site's id. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tenants } from '#app/seed/default-seed.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { startTestServer, type TestServer } from '../../_support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const contoso = tenants.find(({ id }) => id === wellKnown.contoso)
const titles = contoso?.sites.map(({ displayName }) => displayName).toSorted() ?? []
const get = (path: string) => server.send('GET', path)
const titlesAt = async (path: string): Promise<string[]> => {
  const { status, text, body } = await get(path)
  expect(status, text).toBe(200)
  return body.value.map(({ displayName }: { displayName: string }) => displayName).toSorted()
}

describe.each(['v1.0', 'beta'])('%s/sites', (version) => {
  it.each(['?search=*', '?search=', '?$search=*', '?$search="*"', ''])('lists all: %s', async (query) => {
    expect(await titlesAt(`/${version}/sites${query}`)).toEqual(titles)
  })

  it('finds by words of the title, whole or begun', async () => {
    const [title = ''] = titles.filter((one) => one.includes('Team'))
    expect(title).not.toBe('')
    for (const words of ['team', 'TEAM', 'tea*', encodeURIComponent(title)])
      expect(await titlesAt(`/${version}/sites?search=${words}`)).toEqual([title])
    expect(await titlesAt(`/${version}/sites?search=nothing-like-it`)).toEqual([])
  })

  it('shows what leads on to a term store', async () => {
    const { body } = await get(`/${version}/sites?search=*&$select=id,displayName,webUrl,name&$top=1`)
    const [site] = body.value
    expect(site.id).toMatch(/^[^,]+,[0-9a-f-]{36},[0-9a-f-]{36}$/)
    expect(site.webUrl).toMatch(/^https:/)
    expect((await get(`/${version}/sites/${site.id}`)).body).toMatchObject(site)
    expect((await get(`/${version}/sites/${site.id}/termStore/groups`)).status).toBe(200)
    const next = body['@odata.nextLink'].replace(server.http, '')
    expect((await get(next)).body.value[0].id).not.toBe(site.id)
  })

  it('is not made here', async () => {
    expect((await server.send('POST', `/${version}/sites`, {})).status).toBe(501)
  })
})
