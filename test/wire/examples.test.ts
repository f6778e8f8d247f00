/**
 * @module-tag slow
 *
 * The bodies that the OpenAPI documents give as examples, sent as they are to rows of a running server. Only ids are
 * put in: those in the address, and those that name another row.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tenants } from '#app/seed/default-seed.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { teamOf } from '#app/seed/seed-directory.ts'
import { emitOpenApi } from '#edm/documents/emit-openapi.ts'
import { codeFor } from '#odata/body/error-body.ts'
import { models } from '#workloads/models.ts'
import { type Receiver, startReceiver } from '../_support/notified.ts'
import { helpdesk } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'
import { idIn, type Kit, kitFor } from './gdap/kit.ts'

let server: TestServer
/** Answers the handshake of subscriptions. */
let receiver: Receiver
let taxonomy: Taxonomy
let kit: Kit
const [contoso] = tenants
if (contoso === undefined) throw new Error('the seed has a first tenant')
/** The site of the team. */
const teamSite = contoso.sites[1]
const teamSiteId = `${contoso.defaultDomain},${teamSite?.siteCollectionId},${teamSite?.webId}`

// biome-ignore lint/suspicious/noExplicitAny: a document of any shape
type Document = any

const bodyMethods = ['post', 'patch', 'put'] as const

interface Example {
  readonly version: string
  readonly method: string
  readonly path: string
  readonly operation: Document
  readonly body: Readonly<Record<string, unknown>>
}

const examplesOf = (version: 'v1.0' | 'beta'): Example[] => {
  const document: Document = JSON.parse(emitOpenApi(models[version], codeFor))
  return Object.entries<Document>(document.paths).flatMap(([path, item]) =>
    bodyMethods.flatMap((method) => {
      const media = item[method]?.requestBody?.content['application/json']
      if (media === undefined) return []
      const name = media.examples?.sample.$ref.split('/').at(-1)
      return [{ version, method, path, operation: item[method], body: document.components.examples[name]?.value }]
    }),
  )
}

/** Ids on the way so far, by what they are of. */
interface Way {
  path: string
  set?: string | undefined
  term?: string | undefined
  group?: string | undefined
}

const freshSet = async (): Promise<string> => taxonomy.set(await taxonomy.group())
const freshTerm = async () => {
  const set = await freshSet()
  return { set, term: await taxonomy.term(set) }
}

const person = async (): Promise<string> => {
  const name = `person${Math.random().toString(36).slice(2)}`
  const { body, text } = await server.send('POST', '/v1.0/users', {
    accountEnabled: true,
    displayName: name,
    mailNickname: name,
    userPrincipalName: `${name}@contoso.example`,
    passwordProfile: { password: 'xWwvJ]6NMw+bWH-d' },
  })
  expect(body.id, text).toBeDefined()
  return body.id
}

/** The token of a person, with every delegated permission that the application was granted. */
const personal = async (): Promise<string> => {
  const answer = await fetch(`${server.http}/${wellKnown.contoso}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: wellKnown.publicClient,
      username: 'tara@contoso.example',
      password: wellKnown.password,
      scope: 'https://graph.microsoft.com/.default',
    }),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

const activeAssignment = async (way: Way): Promise<string> => {
  const path = `${way.path}/accessAssignments`
  const { body, text } = await server.send('POST', path, kit.assignment(await kit.group(), helpdesk))
  expect(body?.id, text).toBeDefined()
  await server.clock({ advance: 'PT5M' })
  return body.id
}

const tomorrow = async (): Promise<string> =>
  new Date(Date.parse((await server.clock()).now) + 86_400_000).toISOString()

const subscribed = async (): Promise<string> => {
  const { body, text } = await server.send('POST', '/v1.0/subscriptions', {
    resource: 'users',
    changeType: 'updated',
    notificationUrl: receiver.url,
    expirationDateTime: await tomorrow(),
  })
  expect(body?.id, text).toBeDefined()
  return body.id
}

/** Finds or makes the row that a key names: by the collection it is in. */
const rowsIn: Readonly<Record<string, (way: Way, rest: string) => Promise<string>>> = {
  sites: async (way) => (/groups\//.test(way.path) ? teamSiteId : 'root'),
  termStores: async (way) => (await server.send('GET', `${way.path}/termStores`)).body.value[0].id,
  groups: async (way, rest) => {
    if (!/termStores?/.test(way.path)) return /sites/.test(rest) ? teamOf(contoso.id).id : kit.group()
    way.group = await taxonomy.group()
    return way.group
  },
  sets: async (way) => {
    way.set = await taxonomy.set(way.group ?? (await taxonomy.group()))
    return way.set
  },
  terms: async (way) => {
    const place = way.set === undefined ? await freshTerm() : { set: way.set, term: await taxonomy.term(way.set) }
    Object.assign(way, place)
    return place.term
  },
  children: async (way) => {
    way.term = await taxonomy.term({ set: way.set ?? '', term: way.term })
    return way.term
  },
  relations: async (way) => {
    const { set = '', term } = way
    return term === undefined ? taxonomy.pin(await freshTerm(), set) : taxonomy.pin({ set, term }, await freshSet())
  },
  users: person,
  directoryObjects: person,
  organization: async () => wellKnown.contoso,
  directoryRoleTemplates: async () => (await server.send('GET', '/v1.0/directoryRoleTemplates')).body.value[0].id,
  directoryRoles: async () => (await server.send('GET', '/v1.0/directoryRoles')).body.value[0].id,
  delegatedAdminRelationships: async (_, rest) =>
    idIn(await kit.at(/accessAssignments/.test(rest) ? 'active' : 'created')),
  accessAssignments: activeAssignment,
  subscriptions: subscribed,
}

/** The address with rows of the server in the place of keys. */
const written = async ({ version, path }: Example): Promise<Way> => {
  const way: Way = { path: `/${version}` }
  let collection = ''
  for (const [index, segment] of path.slice(1).split('/').entries()) {
    if (!segment.startsWith('{')) {
      if (segment === 'parentGroup') way.group = (await server.send('GET', `${way.path}/parentGroup`)).body.id
      collection = segment
      // The row is added with its key, as `rowsIn` looks at what is before it.
      if (path.slice(1).split('/')[index + 1]?.startsWith('{') !== true) way.path += `/${segment}`
      continue
    }
    const make = rowsIn[collection]
    if (make === undefined) throw new Error(`no way to make a row of '${collection}' for ${path}`)
    way.path += `/${collection}/${await make(way, path)}`
  }
  return way
}

/** The id of something in the recycle bin. */
const deleted = async () => {
  const { set, term } = await freshTerm()
  return (await server.send('DELETE', `/v1.0/termStore/sets/${set}/terms/${term}`)).headers.get('relata-change')
}

/** Ids of rows that are there, in the place of those of the example. */
const withIds = async (way: Way, body: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> => {
  const put: Record<string, () => Promise<unknown>> = {
    set: async () => ({ id: await freshSet() }),
    toTerm: async () => ({ id: (await freshTerm()).term }),
    parentGroup: async () => ({ id: way.group ?? (await taxonomy.group()) }),
    accessContainer: async () => ({ ...(body['accessContainer'] as object), accessContainerId: await kit.group() }),
    '@odata.id': async () => String(body['@odata.id']).replace(/[^/]+$/, await person()),
    // Of operations of ours. Of a move, the example names set and parent.
    into: async () => taxonomy.term(way.set ?? ''),
    replacedBy: async () => taxonomy.term(way.set ?? ''),
    group: async () => taxonomy.group(),
    siteId: async () => null,
    owner: person,
    stakeholders: async () => [await person()],
    managers: async () => [await person()],
    contributors: async () => [await person()],
    changeId: async () => {
      const term = { labels: labels('Made') }
      const made = await server.send('POST', `/v1.0/termStore/sets/${await freshSet()}/children`, term)
      return made.headers.get('relata-change')
    },
    deletedItemId: deleted,
    id: async () => (await server.send('GET', way.path)).body.value[0].id,
    notificationUrl: async () => receiver.url,
    lifecycleNotificationUrl: async () => `${receiver.url}/life-cycle`,
    expirationDateTime: tomorrow,
  }
  if ('parent' in body) {
    const set = await freshSet()
    const more = 'deletedItemId' in body ? { deletedItemId: await deleted() } : {}
    return { ...body, ...more, set, parent: await taxonomy.term(set) }
  }
  if (/reassignSource$/.test(way.path)) {
    const set = await freshSet()
    await taxonomy.reuse({ set: way.set ?? '', term: way.term ?? '' }, set)
    return { ...body, set }
  }
  if (/validate$/.test(way.path)) return { ...body, set: await freshSet() }
  const entries = Object.entries(body).map(async ([name, value]) => [name, await (put[name]?.() ?? value)] as const)
  return Object.fromEntries(await Promise.all(entries))
}

/** A collection whose member is changed needs one; a change of a tagged row is on condition. */
const ready = async (example: Example, way: Way): Promise<void> => {
  if (!/patchMember$/.test(example.operation.operationId)) return
  const collection = example.path.split('/').at(-1) ?? ''
  await rowsIn[collection]?.({ ...way, path: way.path.slice(0, way.path.lastIndexOf('/')) }, example.path)
}

const title = ({ method, path }: Example): string => `${method.toUpperCase()} ${path}`

describe.each(['v1.0', 'beta'] as const)('the examples of %s', (version) => {
  const examples = examplesOf(version)
  beforeAll(async () => {
    server = await startTestServer({ passwordGrant: true })
    receiver = await startReceiver()
    taxonomy = taxonomyOver(server.send)
    kit = kitFor(server)
  })
  afterAll(async () => {
    await server.close()
    await receiver.close()
  })

  it('are there for every body', () => {
    expect(examples.length).toBeGreaterThan(70)
    expect(examples.filter(({ body }) => body === undefined).map(title)).toEqual([])
  })

  it.each(examples.map((example) => [title(example), example] as const))('%s', async (_, example) => {
    const way = await written(example)
    await ready(example, way)
    const body = await withIds(way, example.body)
    const own = example.path.startsWith('/me') ? { authorization: `Bearer ${await personal()}` } : {}
    const headers = { 'if-match': '*', ...own }
    const sent = await server.send(example.method.toUpperCase(), way.path, body, { headers })
    expect(sent.status, `${way.path} ${JSON.stringify(body)} → ${sent.text}`).toBeLessThan(300)
    expect(Object.keys(example.operation.responses)).toContain(String(sent.status))
    // Another example may bring the same name.
    const made = sent.status === 201 ? sent.headers.get('location') : undefined
    const changed = example.path.endsWith('}') ? way.path : undefined
    const left = made == null ? changed : new URL(made).pathname
    if (left !== undefined) await server.send('DELETE', left, undefined, { headers: { 'if-match': '*' } })
  })
})
