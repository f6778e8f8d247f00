/** Bound functions, types without rows, and many-to-many links by reference, through the engine's handle. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixedClock } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import { randomIds } from '#base/ids.ts'
import { entityType, many, one, type Workload } from '#edm/define.ts'
import { emitCsdl } from '#edm/documents/emit-csdl.ts'
import { modelOf } from '#edm/model.ts'
import { behaviour, type Store } from '#edm/ports.ts'
import { complexType, flag, text, whole } from '#edm/props.ts'
import { constant } from '#edm/query.ts'
import { makeEngine } from '#engine/handle.ts'
import type { PlainResponse } from '#engine/request.ts'
import { draftMigration } from '#store/schema/draft.ts'
import { openStore } from '#store/store.ts'
import { databaseOfRun } from '../_support/database.ts'

const ns = 'microsoft.graph'
const everything = { own: { branches: [constant(true)], bind: {} } }

const thing = entityType(`${ns}.entity`, {
  doc: 'Anything.',
  source: 'test',
  abstract: true,
  props: { id: text({ nullable: false, doc: 'Id.' }) },
  navs: {},
})

const directoryObject = entityType(`${ns}.directoryObject`, {
  doc: 'Anyone.',
  source: 'test',
  base: thing,
  stored: false,
  keys: 'guid',
  props: {},
  navs: {},
})

const person = entityType(`${ns}.person`, {
  doc: 'A person.',
  source: 'test',
  base: directoryObject,
  keys: 'guid',
  page: { size: 2, most: 5 },
  order: ['name'],
  scopes: { read: ['Person.Read'], write: ['Person.Write'] },
  props: { name: text({ doc: 'Name.' }) },
  navs: {
    clubs: many(`${ns}.club`, {
      doc: 'Clubs.',
      can: { list: 'docs', get: 'docs' },
      linkedBy: { type: 'relata.membership', from: 'personId', to: 'clubId' },
    }),
  },
})

const club = entityType(`${ns}.club`, {
  doc: 'A club.',
  source: 'test',
  base: directoryObject,
  keys: 'guid',
  scopes: { read: ['Club.Read'], write: ['Club.Write'] },
  props: { name: text({ doc: 'Name.' }) },
  navs: {
    members: many(`${ns}.person`, {
      doc: 'Members.',
      can: { list: 'docs', get: 'docs', link: 'docs', unlink: 'docs' },
      linkedBy: { type: 'relata.membership', from: 'clubId', to: 'personId' },
    }),
  },
})

const membership = entityType('relata.membership', {
  doc: 'Membership.',
  source: 'test',
  published: false,
  props: { id: text({ nullable: false, doc: 'Id.' }) },
  navs: {
    club: one(`${ns}.club`, { stored: true, held: true, doc: 'Club.' }),
    person: one(`${ns}.person`, { stored: true, held: true, doc: 'Person.' }),
  },
  indexes: [{ keys: ['clubId', 'personId'], unique: true }],
})

const information = complexType(`${ns}.information`, 'What is known.', {
  name: text({ doc: 'Name.' }),
  more: text({ doc: 'More.' }),
})

const desk = entityType(`${ns}.desk`, {
  doc: 'Where one asks.',
  source: 'test',
  stored: false,
  scopes: { read: ['Desk.Read'], write: [] },
  props: {},
  navs: {
    people: many(`${ns}.person`, {
      contained: true,
      doc: 'All.',
      can: { list: 'docs', get: 'docs' },
      scopes: everything,
    }),
    backOffice: one(`${ns}.backOffice`, { contained: true, only: true, doc: 'Behind it.', can: { get: 'docs' } }),
  },
  functions: {
    find: {
      doc: 'Finds.',
      params: { name: { type: 'Edm.String', doc: 'Name.' } },
      returns: information,
      scopes: ['Desk.Find'],
      evidence: 'docs',
    },
    count: {
      doc: 'Counts.',
      params: { from: { type: 'Edm.Int32', doc: 'From.' }, all: { type: 'Edm.Boolean', doc: 'All.' } },
      returns: information,
      scopes: ['Desk.Read'],
      evidence: 'docs',
    },
    secret: {
      doc: 'Ours.',
      params: {},
      returns: information,
      scopes: ['Desk.Read'],
      evidence: 'ours',
      published: false,
    },
    later: { doc: 'Not yet.', params: {}, returns: information, scopes: ['Desk.Read'], evidence: 'later' },
  },
})

const backOffice = entityType(`${ns}.backOffice`, {
  doc: 'Behind the desk.',
  source: 'test',
  base: thing,
  stored: false,
  props: { open: flag({ doc: 'Whether open.' }), size: whole({ doc: 'Size.', returned: 'asked' }) },
  navs: { people: many(`${ns}.person`, { contained: true, doc: 'All.', can: { list: 'docs' }, scopes: everything }) },
})

const can = { list: 'docs', get: 'docs' } as const
const workload: Workload = {
  enums: [],
  complexes: [information],
  entities: [thing, directoryObject, person, club, membership, desk, backOffice],
  roots: [
    { kind: 'singleton', name: 'desk', target: desk.name, doc: 'The desk.', can: { get: 'docs' } },
    { kind: 'set', name: 'clubs', target: club.name, doc: 'Clubs.', can },
    { kind: 'set', name: 'people', target: person.name, doc: 'People.', can },
  ],
}
const models = { 'v1.0': modelOf('v1.0', [workload]), beta: modelOf('beta', [workload]) }
const migrations = [draftMigration(Object.values(models), 'init', [])?.migration].flatMap((made) => made ?? [])

const tenantId = '11111111-1111-4111-8111-111111111111'
const guid = (n: number): string => `aaaaaaaa-0000-4000-8000-${String(n).padStart(12, '0')}`
const chess = guid(100)
const rowing = guid(101)
const all = ['Person.Read', 'Club.Read', 'Club.Write', 'Desk.Read', 'Desk.Find']

let store: Store
let events: string[] = []
const reports: unknown[] = []

const engineWith = (strict: boolean) =>
  makeEngine({
    models,
    store,
    behaviours: [
      behaviour(desk, {
        operations: {
          find: {
            function: async (_, at, { name }) => {
              if (name === 'nobody') throw new AppError('notFound', 'Nobody.')
              return { name: `${at?.type.name} ${name}` }
            },
          },
          count: { function: async (_, _at, args) => ({ name: JSON.stringify(args), more: 'x' }) },
          secret: { function: async () => ({}) },
        },
      }),
      behaviour(membership, {
        beforeCreate: async ({ ids }, { from, draft, nav }) => {
          if (draft.personId === guid(9)) throw new AppError('forbidden', 'Not this one.')
          events.push(`link ${from?.type.name} ${nav}`)
          return { row: { ...draft, id: ids.mint() } }
        },
        remove: async ({ tx }, { at, row }) => {
          events.push(`unlink ${at.from?.id === row.clubId}`)
          await tx.remove(membership, row.id)
        },
      }),
    ],
    clock: fixedClock(new Date('2026-01-01T00:00:00Z')),
    ids: randomIds,
    secret: new Uint8Array(32),
    strict,
    silentCreates: new Set(),
    report: (error) => reports.push(error),
  })

let handle: ReturnType<typeof engineWith>
let strict: ReturnType<typeof engineWith>

beforeAll(async () => {
  store = await openStore({ models: Object.values(models), migrations, ...(await databaseOfRun()) })
  await store.addTenant(tenantId)
  await store.write(tenantId, async (tx) => {
    for (let n = 1; n <= 9; n++) await tx.insert(person, { id: guid(n), name: `P${n}` })
    await tx.insert(club, { id: chess, name: 'Chess' })
    await tx.insert(club, { id: rowing, name: 'Rowing' })
  })
  handle = engineWith(false)
  strict = engineWith(true)
})
afterAll(() => store.close())

interface Answer extends PlainResponse {
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of any shape
  readonly json: any
}

const send = async (
  method: string,
  target: string,
  body?: unknown,
  { permissions = all, engine = handle }: { permissions?: readonly string[]; engine?: typeof handle } = {},
): Promise<Answer> => {
  const [path = '', query = ''] = target.split('?')
  const answer = await engine({
    method,
    version: 'v1.0',
    path,
    query,
    headers: {},
    body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
    origin: 'https://here',
    requestId: 'r',
    clientRequestId: 'c',
    actor: { kind: 'app', tenantId, permissions: new Set(permissions) },
  })
  return { ...answer, json: answer.body?.startsWith('{') === true ? JSON.parse(answer.body) : undefined }
}
const get = (target: string) => send('GET', target)
const statusAndCode = ({ status, json }: Answer) => [status, json?.error?.code]

describe('a function', () => {
  it.each([
    ["/desk/find(name='Ann')", 'Ann'],
    ["/desk/microsoft.graph.find(name='Ann')", 'Ann'],
    ["/DESK/FIND( Name = 'Ann' )", 'Ann'],
    ["/desk/find(name='O''Neil (Jr), esq.')", "O'Neil (Jr), esq."],
    ['/desk/find(name=%27a%2Fb%27)', 'a/b'],
    ["/desk/find(name='')", ''],
    ["/desk/find(name=@p)?@p='Ann'", 'Ann'],
    ['/desk/find(name=@p)?%40p=%27O%27%27Neil%27', "O'Neil"],
    ["/desk/find(name='@p')?@p='Ann'", '@p'],
    ["/desk/find(name='Ann')/", 'Ann'],
    ["/desk/find(name='Ann')?$format=json", 'Ann'],
  ])('is called by %s', async (target, name) => {
    const answer = await get(target)
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({
      '@odata.context': 'https://here/v1.0/$metadata#microsoft.graph.information',
      name: `microsoft.graph.desk ${name}`,
      more: null,
    })
    expect(answer.headers['Content-Type']).toMatch(/^application\/json/)
  })

  it('takes values of other types, in any order', async () => {
    expect((await get('/desk/count(all=true,from=-3)')).json.name).toBe('{"from":"-3","all":"true"}')
  })

  it.each([
    ['/desk/find', /needs the parameter 'name'/],
    ['/desk/find()', /needs the parameter 'name'/],
    ['/desk/find(name=Ann)', /single quotes/],
    ["/desk/find(name='Ann)", /not written/],
    ["/desk/find(name='A'n')", /not written/],
    ["/desk/find(name='Ann',)", /end with a comma/],
    ["/desk/find(name='Ann',age=3)", /no parameter 'age'/],
    ["/desk/find(name='Ann',NAME='Bob')", /given twice/],
    ['/desk/find(name=@p)', /no value for the parameter alias/],
    ['/desk/find(name=@p)?@p=Ann', /single quotes/],
    ["/desk/find('Ann')", /not written/],
    ['/desk/count(all=yes,from=1)', /'all' must be a value of 'Edm.Boolean'/],
    ["/desk/count(all=true,from='1')", /'from' must be a value of 'Edm.Int32'/],
    ['/desk/count(all=true,from=1.5)', /'from' must be a value of 'Edm.Int32'/],
    ["/desk/find(name='Ann')/name", /Nothing follows/],
    ["/desk/find(name='Ann')?$select=name", /'\$select' is not supported/],
    ["/desk/microsoft.other.find(name='Ann')", /Resource not found/],
    ["/desk/lose(name='Ann')", /Resource not found/],
  ])('is not called by %s', async (target, message) => {
    const { status, json } = await get(target)
    expect(status).toBe(400)
    expect(json.error.message).toMatch(message)
  })

  it('asks for its own permission, and for GET', async () => {
    const poor = { permissions: ['Desk.Read'] }
    expect(statusAndCode(await send('GET', "/desk/find(name='A')", undefined, poor))).toEqual([403, 'forbidden'])
    const posted = await send('POST', "/desk/find(name='A')", {})
    expect(statusAndCode(posted)).toEqual([405, 'methodNotAllowed'])
    expect(posted.headers['Allow']).toBe('GET')
  })

  it('may fail as its rule says, may be missing yet, or be only ours', async () => {
    expect((await get("/desk/find(name='nobody')")).status).toBe(404)
    expect((await get('/desk/later()')).status).toBe(501)
    expect((await get('/desk/secret')).status).toBe(200)
    expect((await send('GET', '/desk/secret', undefined, { engine: strict })).status).toBe(400)
    expect((await send('GET', "/desk/find(name='A')", undefined, { engine: strict })).status).toBe(200)
  })

  it('is in $metadata with its binding, unless it is only ours', () => {
    const xml = emitCsdl(models['v1.0'])
    expect(xml).toContain(
      [
        '      <Function Name="find" IsBound="true">',
        '        <Parameter Name="bindingParameter" Type="graph.desk" />',
        '        <Parameter Name="name" Type="Edm.String" />',
        '        <ReturnType Type="graph.information" />',
        '      </Function>',
      ].join('\n'),
    )
    expect(xml).not.toContain('secret')
  })
})

describe('a type without rows', () => {
  it('is there once, with its links', async () => {
    expect((await get('/desk')).json).toEqual({ '@odata.context': 'https://here/v1.0/$metadata#desk' })
    expect((await get('/desk/people')).json.value.map(({ id }: { id: string }) => id)).toEqual([guid(1), guid(2)])
    expect((await get(`/desk/people/${guid(3)}`)).json.name).toBe('P3')
    expect((await get(`/desk/people/${guid(77)}`)).status).toBe(404)
    expect((await get('/desk/people/$count')).body).toBe('9')
  })

  it('may stand behind a link of another one', async () => {
    expect((await get('/desk/backOffice')).json).toMatchObject({ id: '', open: null })
    expect((await get('/desk/backOffice/people')).json.value).toHaveLength(2)
    const { json } = await get('/desk?$expand=people($select=name;$top=3),backOffice')
    expect(json.error).toBeUndefined()
    expect(json.people.map(({ name }: { name: string }) => name)).toEqual(['P1', 'P2', 'P3'])
    expect(json.backOffice.open).toBeNull()
  })

  it('asks for its permission, and has no other methods', async () => {
    expect((await send('GET', '/desk', undefined, { permissions: [] })).status).toBe(403)
    const removed = await send('DELETE', '/desk')
    expect([removed.status, removed.headers['Allow']]).toEqual([405, 'GET'])
  })
})

describe('a many-to-many link', () => {
  const add = (
    clubId: string,
    n: number,
    form = (id: string) => `https://graph.microsoft.com/v1.0/directoryObjects/${id}`,
  ) => send('POST', `/clubs/${clubId}/members/$ref`, { '@odata.id': form(guid(n)) })
  const memberIds = async (clubId: string): Promise<string[]> =>
    (await get(`/clubs/${clubId}/members`)).json.value.map(({ id }: { id: string }) => id)

  it('is made by reference, seen from both ends, and ended', async () => {
    events = []
    const made = await add(chess, 1)
    expect([made.status, made.body]).toEqual([204, undefined])
    expect(await memberIds(chess)).toEqual([guid(1)])
    expect(await memberIds(rowing)).toEqual([])
    expect((await get(`/people/${guid(1)}/clubs`)).json.value.map(({ name }: { name: string }) => name)).toEqual([
      'Chess',
    ])
    expect((await get(`/clubs/${chess}/members/${guid(1)}`)).json.name).toBe('P1')
    expect((await get(`/clubs/${chess}/members/${guid(2)}`)).status).toBe(404)
    expect((await send('DELETE', `/clubs/${chess}/members/${guid(1)}/$ref`)).status).toBe(204)
    expect(await memberIds(chess)).toEqual([])
    expect(events).toEqual(['link microsoft.graph.club members', 'unlink true'])
    // The person is still there.
    expect((await get(`/people/${guid(1)}`)).status).toBe(200)
  })

  it.each([
    ['another root', (id: string) => `https://graph.microsoft.com/v1.0/people/${id}`],
    ['a relative address', (id: string) => `directoryObjects/${id}`],
    ['a key in parentheses', (id: string) => `https://here/v1.0/people('${id}')`],
    ['a key without quotes', (id: string) => `people(${id})`],
    ['a slash at the end', (id: string) => `/directoryObjects/${id}/`],
    ['a cast', (id: string) => `https://here/v2/tenant/directoryObjects/${id}/Microsoft.DirectoryServices.User`],
    ['upper case', (id: string) => `directoryObjects/${id.toUpperCase()}`],
  ])('takes %s', async (_, form) => {
    expect((await add(rowing, 2, form)).status).toBe(204)
    expect(await memberIds(rowing)).toEqual([guid(2)])
    expect((await send('DELETE', `/clubs('${rowing}')/members('${guid(2)}')/$ref`)).status).toBe(204)
  })

  it('is ended by an address in the query too', async () => {
    await add(rowing, 3)
    const id = encodeURIComponent(`https://here/v1.0/directoryObjects/${guid(3)}`)
    expect((await send('DELETE', `/clubs/${rowing}/members/$ref?$id=${id}`)).status).toBe(204)
    expect(await memberIds(rowing)).toEqual([])
    expect(statusAndCode(await send('DELETE', `/clubs/${rowing}/members/$ref`))).toEqual([400, 'Request_BadRequest'])
    expect(statusAndCode(await send('DELETE', `/clubs/${rowing}/members/$ref?$id=x`))).toEqual([
      400,
      'Request_BadRequest',
    ])
  })

  it('is made once only', async () => {
    await add(rowing, 4)
    const again = await add(rowing, 4)
    expect(statusAndCode(again)).toEqual([400, 'Request_BadRequest'])
    expect(again.json.error.message).toBe(
      "One or more added object references already exist for the following modified properties: 'members'.",
    )
    const both = await Promise.all([add(rowing, 5), add(rowing, 5)])
    expect(both.map(({ status }) => status).sort()).toEqual([204, 400])
    for (const n of [4, 5]) await send('DELETE', `/clubs/${rowing}/members/${guid(n)}/$ref`)
  })

  it('needs both ends, and an address', async () => {
    expect(statusAndCode(await add(chess, 77))).toEqual([404, 'Request_ResourceNotFound'])
    expect((await add(guid(77), 1)).status).toBe(404)
    expect(statusAndCode(await send('DELETE', `/clubs/${chess}/members/${guid(6)}/$ref`))).toEqual([
      404,
      'Request_ResourceNotFound',
    ])
    for (const body of [
      {},
      { '@odata.id': 7 },
      { '@odata.id': '' },
      { '@odata.id': guid(1) },
      { '@odata.id': 'a/%zz' },
    ]) {
      expect(statusAndCode(await send('POST', `/clubs/${chess}/members/$ref`, body))).toEqual([
        400,
        'Request_BadRequest',
      ])
    }
    expect((await send('POST', `/clubs/${chess}/members/$ref`)).status).toBe(400)
  })

  it('obeys the rules of its rows, and leaves nothing when they refuse', async () => {
    expect(statusAndCode(await add(chess, 9))).toEqual([403, 'forbidden'])
    expect(await memberIds(chess)).toEqual([])
  })

  it('is listed by reference, page by page', async () => {
    for (const n of [1, 2, 3]) await add(chess, n)
    const first = await get(`/clubs/${chess}/members/$ref?$count=true`)
    expect(first.json).toEqual({
      '@odata.context': 'https://here/v1.0/$metadata#Collection($ref)',
      '@odata.count': 3,
      '@odata.nextLink': expect.stringContaining(`/v1.0/clubs/${chess}/members/$ref?`),
      value: [
        { '@odata.id': `https://here/v1.0/people/${guid(1)}` },
        { '@odata.id': `https://here/v1.0/people/${guid(2)}` },
      ],
    })
    const next = String(first.json['@odata.nextLink']).replace('https://here/v1.0', '')
    expect((await get(next)).json.value).toEqual([{ '@odata.id': `https://here/v1.0/people/${guid(3)}` }])
    expect((await get(`/clubs/${chess}/members/${guid(2)}/$ref`)).json).toEqual({
      '@odata.context': 'https://here/v1.0/$metadata#$ref',
      '@odata.id': `https://here/v1.0/people/${guid(2)}`,
    })
    for (const n of [1, 2, 3]) await send('DELETE', `/clubs/${chess}/members/${guid(n)}/$ref`)
  })

  it('asks for the permissions of its owner, and for methods the model has', async () => {
    const poor = { permissions: ['Person.Read', 'Person.Write', 'Club.Read'] }
    const body = { '@odata.id': `directoryObjects/${guid(1)}` }
    expect((await send('POST', `/clubs/${chess}/members/$ref`, body, poor)).status).toBe(403)
    expect((await send('DELETE', `/clubs/${chess}/members/${guid(1)}/$ref`, undefined, poor)).status).toBe(403)
    const posted = await send('POST', `/people/${guid(1)}/clubs/$ref`, body)
    expect([posted.status, posted.headers['Allow']]).toEqual([405, 'GET'])
    const patched = await send('PATCH', `/clubs/${chess}/members/$ref`, body)
    expect([patched.status, patched.headers['Allow']]).toEqual([405, 'GET, POST, DELETE'])
  })

  it('is not the only kind of link whose references can be read', async () => {
    expect((await get('/desk/people/$ref')).status).toBe(200)
    expect((await get(`/clubs/${chess}/members/$ref/more`)).status).toBe(400)
    expect((await get(`/clubs/${chess}/$ref`)).json['@odata.id']).toBe(`https://here/v1.0/clubs/${chess}`)
  })

  it('has made nothing that is our fault', () => expect(reports).toEqual([]))
})
