/**
 * Makes the rows that the sample of a page begins with. What is sent here does not go through `send`: a test of this
 * folder sends the operations that are documented, and nothing else.
 */
import { type Relationships, relationshipsOver } from '../_support/relationships.ts'
import type { TestServer } from '../_support/server.ts'
import { type Sending, type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'

export interface Rows {
  readonly quiet: Sending
  /** Below the root of the tenant. */
  readonly taxonomy: Taxonomy
  /** Below the team site. */
  readonly ofSite: Taxonomy
  readonly relationships: Relationships
  /** Site id of three parts: the tenant's root site, and its team site. */
  readonly rootSite: string
  readonly teamSite: string
}

export async function rowsOn(server: TestServer): Promise<Rows> {
  const token = await server.token()
  const quiet: Sending = async (method, path, body) => {
    const answer = await fetch(`${server.http}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'if-match': '*' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.includes('json') === true && text !== ''
    return { status: answer.status, text, body: isJson ? JSON.parse(text) : undefined }
  }
  const siteAt = async (address: string): Promise<string> =>
    ((await quiet('GET', `/v1.0/sites/${address}`)).body as { readonly id: string }).id
  const rootSite = await siteAt('root')
  const teamSite = await siteAt(`${rootSite.split(',')[0]}:/sites/team`)
  return {
    quiet,
    taxonomy: taxonomyOver(quiet),
    ofSite: taxonomyOver(quiet, `/v1.0/sites/${teamSite}/termStore`),
    relationships: relationshipsOver(quiet, (id, body) => server.customer('approve', id, body)),
    rootSite,
    teamSite,
  }
}
