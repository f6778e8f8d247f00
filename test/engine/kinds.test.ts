/** Derived types, second faces, typed complex values and late enum members, through the engine with a real store. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emitCsdl } from '#edm/documents/emit-csdl.ts'
import { layoutOf } from '#store/schema/layout.ts'
import { schemaOf } from '#store/schema/schema.ts'
import { bigProject, heard, hubModels, project, startHub } from './hub-model.ts'

let server: Awaited<ReturnType<typeof startHub>>
let plainId: string
const big = 'big'
const real = { prefer: 'include-unknown-enum-members' }
const any = { 'if-match': '*' }

beforeAll(async () => {
  server = await startHub()
  plainId = (
    await server.send('POST', '/hub/projects', {
      displayName: 'Plain',
      length: 'P1Y',
      owner: { '@odata.type': '#hub.owner', name: 'Ann', phase: 'paused' },
      steps: [
        { label: 'b', by: { name: 'Bo', '@odata.type': 'hub.oldOwner' } },
        { label: 'a', by: null },
        { by: { phase: 'idea' } },
      ],
      phase: 'paused',
    })
  ).json.id
  await server.inTenant((tx) =>
    tx.insert(bigProject, { id: big, displayName: 'Large', sponsor: 'City', length: 'P366D', phase: 'running' }),
  )
})
afterAll(async () => {
  expect(server.faults).toEqual([])
  await server.close()
})

const valuesOf = async (target: string, headers?: Record<string, string>) => {
  const { status, json } = await server.send('GET', target, undefined, headers)
  expect(status, JSON.stringify(json)).toBe(200)
  return json.value
}

describe('a derived type', () => {
  it('is in the table of its base, with a column for the kind', () => {
    const { tables } = schemaOf(Object.values(hubModels))
    const names = tables.map(({ name }) => name)
    expect(names).toContain('hub_project')
    expect(names.filter((name) => name.includes('big') || name.includes('old'))).toEqual([])
    const columns = tables.find(({ name }) => name === 'hub_project')?.columns ?? []
    expect(columns.filter(({ name }) => ['kind', 'sponsor', 'size', 'version_tag'].includes(name))).toEqual([
      { name: 'sponsor', kind: 'text', nullable: true },
      { name: 'size', kind: 'integer', nullable: true },
      { name: 'version_tag', kind: 'text', nullable: false, initial: '' },
      { name: 'kind', kind: 'text', nullable: true },
    ])
    expect(tables.find(({ name }) => name === 'hub_task')?.columns.map(({ name }) => name)).not.toContain('kind')
    expect(layoutOf(Object.values(hubModels)).family('hub.bigProject')).toEqual([
      'hub.project',
      'hub.bigProject',
      'old.hub.project',
    ])
  })

  it('shows its type and its members among the rows of the base', async () => {
    const [large, plain] = await valuesOf('/hub/projects?$orderby=displayName')
    expect([large['@odata.type'], large.sponsor, large.size]).toEqual(['#hub.bigProject', 'City', null])
    expect(Object.keys(large).slice(-2)).toEqual(['sponsor', 'size'])
    expect(plain['@odata.type']).toBe('#hub.project')
    expect(plain).not.toHaveProperty('sponsor')
    expect((await server.send('GET', `/hub/projects/${big}`)).json).toMatchObject(large)
    const [picked] = await valuesOf(`/hub/projects?$select=displayName&$filter=id eq '${big}'`)
    expect(picked).toEqual({
      '@odata.type': '#hub.bigProject',
      '@odata.etag': large['@odata.etag'],
      displayName: 'Large',
    })
  })

  it('is changed through the base: by its own members, the read-only ones aside, its type said either way', async () => {
    heard.length = 0
    const body = { '@odata.type': '#hub.bigProject', size: 7, sponsor: 'Nobody', displayName: 'Larger' }
    const { status, json } = await server.send('PATCH', `/hub/projects/${big}`, body, any)
    expect([status, json['@odata.type'], json.size, json.sponsor, json.displayName]).toEqual([
      200,
      '#hub.bigProject',
      7,
      'City',
      'Larger',
    ])
    expect(heard).toEqual([`update ${big}`])
    const named = { '@odata.type': 'hub.project', displayName: 'Large' }
    expect((await server.send('PATCH', `/hub/projects/${big}`, named, any)).status).toBe(200)
    const other = { '@odata.type': '#hub.task', displayName: 'Large' }
    expect((await server.send('PATCH', `/hub/projects/${big}`, other, any)).status).toBe(400)
    const unknown = await server.send('PATCH', `/hub/projects/${plainId}`, { size: 1 }, any)
    expect([unknown.status, unknown.json.error.target]).toEqual([400, 'size'])
  })

  it('is a type of its own for the store', async () => {
    await server.inTenant(async (tx) => {
      expect(await tx.get(bigProject, plainId)).toBeUndefined()
      expect(await tx.get(bigProject, big)).toMatchObject({ id: big, sponsor: 'City', kind: 'hub.bigProject' })
      expect(await tx.get(project, big)).toMatchObject({ id: big, kind: 'hub.bigProject' })
      expect((await tx.find(bigProject, {})).map(({ id }) => id)).toEqual([big])
      expect(await tx.find(bigProject, { displayName: 'Plain' })).toEqual([])
      expect((await tx.find(project, {})).map(({ id }) => id).sort()).toEqual([plainId, big].sort())
    })
    await expect(server.inTenant((tx) => tx.update(bigProject, plainId, { size: 1 }))).rejects.toThrow('missing')
    await expect(server.inTenant((tx) => tx.remove(bigProject, plainId))).rejects.toThrow('missing')
    await server.inTenant(async (tx) => {
      const tag = (await tx.get(project, big)) as { versionTag?: string } | undefined
      await tx.update(bigProject, big, { size: 8 })
      expect(((await tx.get(project, big)) as { versionTag?: string }).versionTag).not.toBe(tag?.versionTag)
    })
    const prepared = server.store.prepare({
      type: bigProject,
      branches: [{ op: 'const', value: true }],
      order: [],
      shape: [],
      carry: [],
    })
    expect((await server.inTenant((tx) => tx.query(prepared, {}))).map(({ row }) => row.id)).toEqual([big])
  })

  it('shows a change at once under its base and under every face', async () => {
    const tagsOf = () =>
      Promise.all(
        ['/hub/projects/big', '/oldProjects/big'].map(async (path) => (await server.send('GET', path)).headers),
      )
    const [before] = [await tagsOf(), await tagsOf()]
    await server.inTenant((tx) => tx.update(bigProject, big, { size: 9 }))
    const after = await tagsOf()
    for (const [at, { ETag }] of before.entries()) {
      expect(ETag).toMatch(/^W\//)
      expect(after[at]?.['ETag']).not.toBe(ETag)
    }
  })

  it('is what a cast in the address leaves of the collection', async () => {
    const rows = await valuesOf('/hub/projects/hub.BIGproject?$select=id,sponsor&$filter=size gt 1')
    expect(rows.map(({ id, sponsor }: { id: string; sponsor: string }) => [id, sponsor])).toEqual([[big, 'City']])
    const list = await server.send('GET', '/hub/projects/hub.bigProject?$count=true')
    expect([list.json['@odata.context'], list.json['@odata.count']]).toEqual([
      'https://host/v1.0/hub/$metadata#projects/hub.bigProject',
      1,
    ])
    expect(list.json.value[0]).toMatchObject({ '@odata.type': '#hub.bigProject', size: 9, displayName: 'Large' })
    expect((await server.send('GET', '/hub/projects/hub.bigProject/$count')).body).toBe('1')
    const at = `/hub/projects/hub.bigProject/${big}`
    expect((await server.send('GET', at)).json).toMatchObject({ id: big, sponsor: 'City' })
    const patched = await server.send('PATCH', at, { size: 10 }, any)
    expect([patched.status, patched.json['@odata.type'], patched.json.size]).toEqual([200, '#hub.bigProject', 10])
    expect((await server.send('GET', `/hub/projects/hub.bigProject/${plainId}`)).status).toBe(404)
    expect((await server.send('DELETE', `/hub/projects/hub.bigProject/${plainId}`, undefined, any)).status).toBe(404)
    expect((await server.send('POST', '/hub/projects/hub.bigProject', { displayName: 'x' })).status).toBe(405)
    expect((await server.send('GET', '/hub/projects/hub.task')).status).toBe(404)
    expect((await server.send('GET', at, undefined, {}, ['Other'])).status).toBe(403)
    expect((await server.send('GET', `${at}/tasks`)).json.value).toEqual([])
  })

  it('is what a cast in $expand leaves of a link', async () => {
    const expand = '/hub?$expand=projects/hub.BIGproject'
    const { json } = await server.send('GET', `${expand}($select=id,sponsor;$filter=size gt 1)`)
    expect(json.projects).toMatchObject([{ '@odata.type': '#hub.bigProject', id: big, sponsor: 'City' }])
    expect(json['projects@odata.context']).toBe('https://host/v1.0/$metadata#hub/projects/hub.bigProject(id,sponsor)')
    const refs = await server.send('GET', `${expand}/$ref`)
    expect(refs.json.projects).toEqual([{ '@odata.id': `https://host/v1.0/hub/projects/${big}` }])
    expect((await server.send('GET', `${expand}/$ref`, undefined, {}, ['Other'])).status).toBe(403)
    expect((await server.send('GET', `${expand}($select=colour)`)).status).toBe(400)
  })

  it('has its base and its own members only in $metadata', () => {
    const xml = emitCsdl(hubModels['v1.0'])
    const [, inside] = /<EntityType Name="bigProject" BaseType="hub.project">([\s\S]*?)<\/EntityType>/.exec(xml) ?? []
    expect([...(inside ?? '').matchAll(/Name="(\w+)"/g)].map(([, name]) => name)).toEqual(['size', 'sponsor'])
    expect(xml).not.toMatch(/versionTag|Name="kind"/)
    expect(xml).toContain('<Member Name="paused" Value="3" />')
    expect(xml).toContain('<Property Name="length" Type="Edm.Duration" />')
  })
})

describe('a second face', () => {
  it('shows the same rows by its own members and types', async () => {
    const rows = await valuesOf('/oldProjects?$orderby=displayName')
    expect(rows.map((row: object) => Object.keys(row))).toEqual([
      ['@odata.type', '@odata.etag', 'id', 'displayName', 'owner'],
      ['@odata.type', '@odata.etag', 'id', 'displayName', 'owner'],
    ])
    const { json } = await server.send('GET', `/hub/projects/${plainId}`)
    expect(rows[1]).toMatchObject({
      '@odata.type': '#old.hub.project',
      '@odata.etag': json['@odata.etag'],
      id: plainId,
      owner: { '@odata.type': 'hub.oldOwner', name: 'Ann', phase: 'unknownFutureValue' },
    })
    expect(Object.keys(rows[1].owner)[0]).toBe('@odata.type')
    expect(rows[0].owner).toBeNull()
    expect(json.owner).toEqual({ name: 'Ann', phase: 'unknownFutureValue' })
  })

  it('is written by the rules and the conditions of the rows', async () => {
    heard.length = 0
    const made = await server.send('POST', '/oldProjects', {
      '@odata.type': '#hub.project',
      displayName: 'Old',
      owner: { '@odata.type': '#anything', name: 'Eve' },
    })
    expect([made.status, made.json['@odata.type'], made.json.owner]).toEqual([
      201,
      '#old.hub.project',
      { '@odata.type': 'hub.oldOwner', name: 'Eve' },
    ])
    const at = `/oldProjects/${made.json.id}`
    expect((await server.send('PATCH', at, { displayName: 'Older' })).status).toBe(400)
    const patched = await server.send('PATCH', at, { displayName: 'Older' }, { 'if-match': made.json['@odata.etag'] })
    expect([patched.status, patched.json.displayName]).toEqual([200, 'Older'])
    const other = await server.send('GET', `/hub/projects/${made.json.id}`)
    expect([other.json['@odata.etag'], other.json['@odata.type']]).toEqual([
      patched.json['@odata.etag'],
      '#hub.project',
    ])
    const refused = await server.send('GET', at, undefined, {}, ['Other'])
    expect(refused.status).toBe(403)
    expect((await server.send('DELETE', at, undefined, any)).status).toBe(204)
    expect((await server.send('GET', `/hub/projects/${made.json.id}`)).status).toBe(404)
    expect(heard).toEqual(['create', `update ${made.json.id}`, 'remove'])
  })

  it('must not have members the rows lack', async () => {
    const { modelOf } = await import('#edm/model.ts')
    const { entityType } = await import('#edm/define.ts')
    const { text } = await import('#edm/props.ts')
    const wrong = entityType('hub.wrong', {
      doc: 'Wrong.',
      source: 'test',
      over: project,
      props: { id: text({ nullable: false, doc: 'Id.' }), more: text({ doc: 'More.' }) },
      navs: {},
    })
    const { enums, complexes, entities } = { ...hubModels['v1.0'] }
    const make = () => modelOf('v1.0', [{ enums, complexes, entities: [...entities, wrong], roots: [] }])
    expect(make).toThrow('hub.wrong: hub.project has no row key more')
  })
})

describe('typed complex values', () => {
  const wanted = (phase: string) => [
    { label: 'b', by: { '@odata.type': 'hub.oldOwner', name: 'Bo' } },
    { label: 'a', by: null },
    { by: { '@odata.type': 'hub.oldOwner', phase } },
  ]

  it('say their type at any depth, read from the store or written at once', async () => {
    const { json } = await server.send('GET', `/hub/projects/${plainId}`)
    expect(json.steps).toEqual(wanted('idea'))
    expect(Object.keys(json.steps[0].by)).toEqual(['@odata.type', 'name'])
    const patched = await server.send('PATCH', `/hub/projects/${plainId}`, { displayName: 'Plain' }, any)
    expect(JSON.stringify(patched.json.steps)).toBe(JSON.stringify(json.steps))
    const [listed] = await valuesOf(`/hub/projects?$filter=id eq '${plainId}'`)
    expect(JSON.stringify(listed.steps)).toBe(JSON.stringify(json.steps))
  })

  it('do not keep what they say', async () => {
    const row = await server.inTenant((tx) => tx.get(project, plainId))
    expect(row?.steps).toEqual([
      { label: 'b', by: { name: 'Bo' } },
      { label: 'a', by: null },
      { by: { phase: 'idea' } },
    ])
  })
})

describe('an enum member that came late', () => {
  it('is the sentinel until the caller knows of such members', async () => {
    const at = `/hub/projects/${plainId}`
    const masked = await server.send('GET', at)
    expect([masked.json.phase, masked.headers['Preference-Applied']]).toEqual(['unknownFutureValue', undefined])
    const known = await server.send('GET', at, undefined, real)
    expect([known.json.phase, known.json.owner.phase]).toEqual(['paused', 'paused'])
    expect(known.headers['Preference-Applied']).toBe('include-unknown-enum-members')
    const rows = async (headers?: Record<string, string>) =>
      (await valuesOf('/hub/projects?$orderby=displayName&$select=phase', headers)).map(
        ({ phase }: { phase: string }) => phase,
      )
    expect(await rows()).toEqual(['running', 'unknownFutureValue'])
    expect(await rows(real)).toEqual(['running', 'paused'])
    expect(await rows()).toEqual(['running', 'unknownFutureValue'])
    const patched = await server.send('PATCH', at, { phase: 'paused' }, any)
    expect(patched.json.phase).toBe('unknownFutureValue')
    const patchedReal = await server.send('PATCH', at, { phase: 'Paused' }, { ...any, ...real })
    expect([patchedReal.json.phase, patchedReal.json.owner.phase]).toEqual(['paused', 'paused'])
  })

  it('goes by its own name in filters, and the sentinel is no value to store', async () => {
    const ids = (await valuesOf(`/hub/projects?$filter=phase eq 'paused'`)).map(({ id }: { id: string }) => id)
    expect(ids).toEqual([plainId])
    const { status } = await server.send('PATCH', `/hub/projects/${plainId}`, { phase: 'unknownFutureValue' }, any)
    expect(status).toBe(400)
  })
})

describe('a duration', () => {
  it('is shown in days and time, and compared by its length', async () => {
    expect((await server.send('GET', `/hub/projects/${plainId}`)).json.length).toBe('P365D')
    const idsWhere = async (filter: string) =>
      (await valuesOf(`/hub/projects?$filter=${filter}&$orderby=length`)).map(({ id }: { id: string }) => id)
    expect(await idsWhere(`length eq duration'P365D'`)).toEqual([plainId])
    expect(await idsWhere(`length gt 'P12M'`)).toEqual([big])
    expect(await idsWhere(`length ge duration'PT8760H'`)).toEqual([plainId, big])
    expect(await idsWhere(`length in (duration'P366D')`)).toEqual([big])
    expect(await idsWhere(`length ne null`)).toEqual([plainId, big])
    expect((await server.send('GET', `/hub/projects?$filter=length eq 'soon'`)).status).toBe(400)
    expect((await server.send('GET', `/hub/projects?$filter=length eq 5`)).status).toBe(400)
  })
})
