/** With --strict nothing of ours is left: all of it is taken from the model, and each piece is tried (docs/behaviour.md). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EntityType, Nav, Verb } from '#edm/define.ts'
import type { Model } from '#edm/model.ts'
import type { Prop, Version } from '#edm/props.ts'
import { models } from '#workloads/models.ts'
import { globalAdministrator } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, names, taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer
/** Address of one row of each type that has something of ours. */
let addresses: Readonly<Record<string, string>>

beforeAll(async () => {
  server = await startTestServer({ strict: true })
  const site = '/sites/root'
  const root = `${site}/termStore`
  const { group, set, term, pin } = taxonomyOver(server.send, `/v1.0${root}`)
  const inGroup = await group('Strict')
  const [one, other] = [await set(inGroup, 'One'), await set(inGroup, 'Other')]
  const top = await term(one, 'Top')
  const relation = await pin({ set: one, term: top }, other)
  addresses = {
    'microsoft.graph.site': site,
    'microsoft.graph.unifiedRoleDefinition': `/roleManagement/directory/roleDefinitions/${globalAdministrator}`,
    'microsoft.graph.termStore.store': root,
    'microsoft.graph.termStore.group': `${root}/groups/${inGroup}`,
    'microsoft.graph.termStore.set': `${root}/sets/${one}`,
    'microsoft.graph.termStore.term': `${root}/sets/${one}/terms/${top}`,
    'microsoft.graph.termStore.relation': `${root}/sets/${one}/terms/${top}/relations/${relation}`,
  }
})
afterAll(() => server.close())

const methods: Readonly<Record<Verb, readonly [method: string, onRow: boolean]>> = {
  list: ['GET', false],
  get: ['GET', true],
  create: ['POST', false],
  update: ['PATCH', true],
  replace: ['PUT', true],
  delete: ['DELETE', true],
  patchMember: ['PATCH', false],
  link: ['POST', false],
  unlink: ['DELETE', true],
}
const someId = '8ed8c9ea-0000-4000-8000-00000000b7ac'

interface Piece {
  readonly what: string
  readonly method: string
  /** Below the version, or below the address of the type. */
  readonly path: string
  readonly of?: string
}

const versions = ['v1.0', 'beta'] as const
const isServed = (entry: Nav | { can: Nav['can'] }): boolean =>
  Object.values(entry.can).some((evidence) => evidence !== 'later')

function verbPieces(where: string, name: string, nav: { can: Nav['can'] }, many: boolean, of?: string): Piece[] {
  return Object.entries(nav.can).flatMap(([verb, evidence]) => {
    if (evidence !== 'ours') return []
    const [method, onRow] = methods[verb as Verb]
    const path = `/${name}${many && onRow ? `/${someId}` : ''}${verb === 'link' || verb === 'unlink' ? '/$ref' : ''}`
    return [{ what: `${verb} of ${where}`, method, path, ...(of === undefined ? {} : { of }) }]
  })
}

function propPieces(model: Model, { name: of }: EntityType, name: string, prop: Prop): Piece[] {
  if (model.isPublished(prop) || prop.returned === 'never') return []
  const what = `${of}/${name}`
  return [
    { what: `$select of ${what}`, method: 'GET', path: `?$select=${name}`, of },
    { what: `the value of ${what}`, method: 'GET', path: `/${name}`, of },
  ]
}

function typePieces(model: Model, type: EntityType): Piece[] {
  const { props, navs } = model.view(type.name)
  const links = [...navs.values()].flatMap(({ name, nav }) => {
    const where = `${type.name}/${name}`
    if (model.isPublished(nav)) return verbPieces(where, name, nav, nav.many, type.name)
    // Without an operation it has no address in any mode.
    if (!isServed(nav)) return []
    const link = { what: `the link ${where}`, method: 'GET', path: `/${name}${nav.many ? `/${someId}` : ''}` }
    const expanded = { what: `$expand of ${where}`, method: 'GET', path: `?$expand=${name}` }
    return [link, expanded].map((piece) => ({ ...piece, of: type.name }))
  })
  const operations = [type.functions ?? {}, type.actions ?? {}].flatMap((all) =>
    Object.entries(all).flatMap(([name, { evidence }]) =>
      evidence === 'ours' ? [{ what: `${type.name}.${name}`, method: 'POST', path: `/${name}`, of: type.name }] : [],
    ),
  )
  return [
    ...[...props.values()].flatMap(({ name, prop }) => propPieces(model, type, name, prop)),
    ...links,
    ...operations,
  ]
}

/** Everything of a version that is not Graph's, but for types that are rows of ours and have no address. */
function ours(version: Version): Piece[] {
  const model = models[version]
  const roots = [...model.roots.values()].flatMap((root) => {
    const where = `the root ${root.name}`
    if (model.isPublished(root)) return verbPieces(where, root.name, root, root.kind === 'set')
    return isServed(root) ? [{ what: where, method: 'GET', path: `/${root.name}` }] : []
  })
  const types = model.entities.filter((type) => model.isPublished(type) && type.stored !== false && !type.abstract)
  return [...roots, ...types.flatMap((type) => typePieces(model, type))]
}

describe.each(versions)('what is ours in %s is refused in strict mode', (version) => {
  const pieces = ours(version)

  it('all of it has an address here', () => {
    expect(pieces.length).toBeGreaterThan(20)
    const without = pieces.filter(({ of }) => of !== undefined && addresses[of] === undefined)
    expect(without.map(({ what }) => what)).toEqual([])
  })

  it.each(pieces.map((piece) => [piece.what, piece] as const))('%s', async (_, { method, path, of }) => {
    const address = `/${version}${of === undefined ? '' : addresses[of]}${path}`
    const body = method === 'GET' || method === 'DELETE' ? undefined : {}
    const { status, text } = await server.send(method, address, body)
    expect([400, 404, 405, 501], `${method} ${address}: ${status} ${text}`).toContain(status)
  })
})

describe('strict mode', () => {
  const root = '/v1.0/sites/root/termStore'

  it('honours no preference of ours, and names nothing of ours in a header', async () => {
    const { group, set, term, pin } = taxonomyOver(server.send, root)
    const inGroup = await group('Preferences')
    const [one, other] = [await set(inGroup, 'One'), await set(inGroup, 'Other')]
    await pin({ set: one, term: await term(one, 'Top') }, other)
    const headers = { prefer: 'relata.listing=natural' }
    const listed = await server.send('GET', `${root}/sets/${other}/children`, undefined, { headers })
    expect([listed.status, listed.body.value, listed.headers.get('preference-applied')]).toEqual([200, [], null])
    expect([...listed.headers.keys()].filter((name) => name.startsWith('relata'))).toEqual([])
  })

  it('takes no id from a body, no group of a batch, and no other group for a set', async () => {
    const target = async (method: string, path: string, body: unknown) => {
      const answer = await server.send(method, path, body)
      return [answer.status, answer.body.error.target]
    }
    const { group } = taxonomyOver(server.send, root)
    const inGroup = await group('Ids')
    expect(await target('POST', `${root}/groups`, { id: someId, displayName: 'x' })).toEqual([400, 'id'])
    const set = { id: someId, parentGroup: { id: inGroup }, localizedNames: names('x') }
    expect(await target('POST', `${root}/sets`, set)).toEqual([400, 'id'])
    const made = await server.send('POST', `${root}/sets`, { ...set, id: undefined })
    const term = { id: someId, labels: labels('x') }
    expect(await target('POST', `${root}/sets/${made.body.id}/children`, term)).toEqual([400, 'id'])
    const item = { id: '1', method: 'GET', url: '/sites/root/termStore' }
    expect((await server.send('POST', '/v1.0/$batch', { requests: [item] })).status).toBe(200)
    const grouped = { requests: [{ ...item, atomicityGroup: 'g' }] }
    expect(await target('POST', '/v1.0/$batch', grouped)).toEqual([400, 'requests/0/atomicityGroup'])
  })
})
