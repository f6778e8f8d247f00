/**
 * What a filter can tell over links is what reads through them, one after the other, show: for each two links of the
 * directory, in each form of a filter, and for tokens with different permissions (gdap.md §7.6).
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { directoryObject } from '#workloads/directory/membership.ts'
import { group, user } from '#workloads/directory/people.ts'
import { directoryRole } from '#workloads/directory/roles.ts'
import { isOnPostgres } from '../../_support/database.ts'
import { rolesOf } from '../../_support/relationships.ts'
import { rounds } from '../../_support/run-size.ts'
import { type AccessServer, contoso, fabrikam, type Person, people, roleIds, startAccessServer } from '../access-kit.ts'
import { kitFor } from '../gdap/kit.ts'

const privilegedRoleAdministrator = 'e8611ab8-c189-46e8-94e1-60213ab1f814'
const userAdministrator = 'fe930be7-5e62-47db-91af-98c3a49a38b1'

let server: AccessServer

const made = async (displayName: string): Promise<string> => {
  const body = { displayName, mailEnabled: false, mailNickname: displayName.toLowerCase(), securityEnabled: true }
  const { status, text, body: row } = await server.send('POST', '/v1.0/groups', body)
  expect(status, text).toBe(201)
  return row.id
}
const joins = async (member: string, to: string): Promise<void> => {
  const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${member}` }
  const { status, text } = await server.send('POST', `/v1.0/groups/${to}/members/$ref`, reference)
  expect(status, text).toBe(204)
}

beforeAll(async () => {
  server = await startAccessServer()
  const [inner, outer] = [await made('Inner'), await made('Outer')]
  await joins(people.sana, inner)
  await joins(inner, outer)
  await joins(people.tara, outer)
  await joins(people.administrator, outer)
})
afterAll(() => server.close())

const kinds = [
  { name: 'user', root: 'users', type: user },
  { name: 'group', root: 'groups', type: group },
  { name: 'directoryRole', root: 'directoryRoles', type: directoryRole },
]
const linksOf = ({ navs }: (typeof kinds)[number]['type']): string[] =>
  Object.entries(navs).flatMap(([name, { target }]) => (target === directoryObject.name ? [name] : []))

/** From rows of a root over a link to those of a kind, and over another to those of a kind. */
const ways = kinds.flatMap(({ root, type }) =>
  linksOf(type).flatMap((first) =>
    kinds.flatMap((between) =>
      linksOf(between.type).flatMap((second) => kinds.map((last) => ({ root, first, between, second, last }))),
    ),
  ),
)
type Way = (typeof ways)[number]

/** All where `CI` is set, else every second; on PostgreSQL, where a filter takes longer, every second or fifth. */
const tried = ways.filter((_, at) => at % (isOnPostgres ? rounds(2, 5) : rounds(1, 2)) === 0)

const filtersOf = ({ first, between, second, last }: Way, value: string): readonly string[] => {
  const cast = `microsoft.graph.${between.name}`
  const test = `x:x/microsoft.graph.${last.name}/${value} ne null`
  return [
    `$filter=${first}/any(m:m/${cast}/${second}/any(${test}))`,
    `$filter=${first}/${cast}/any(m:m/${second}/any(${test}))`,
    `$filter=${first}/$count($filter=${cast}/${second}/microsoft.graph.${last.name}/any(x:x/${value} ne null)) gt 0`,
  ]
}

type Row = Readonly<Record<string, string | null>>

/** Reads as the person, each once. */
const readerFor = (person: Person) => {
  const known = new Map<string, Promise<readonly Row[] | 'refused'>>()
  const read = async (path: string) => {
    const { status, text, body } = await server.as(person, 'GET', `/v1.0${encodeURI(path)}`)
    if (status === 403) return 'refused'
    expect(status, `${path} ${text}`).toBe(200)
    return body.value as readonly Row[]
  }
  return (path: string) => {
    const rows = known.get(path) ?? read(path)
    known.set(path, rows)
    return rows
  }
}
type Reader = ReturnType<typeof readerFor>

const any = '00000000-0000-4000-8000-00000000000f'
const isOf = (row: Row, name: string) => row['@odata.type'] === `#microsoft.graph.${name}`

/** Whether the person may read over the link at all: a row that is not there is refused before it is missed. */
const isRefused = async (person: Person, root: string, link: string): Promise<boolean> =>
  (await server.as(person, 'GET', `/v1.0/${root}/${any}/${link}`)).status === 403

/** Ids of the rows from which reads lead to a row that shows the value; `refused` where one of them is. */
const shown = async (person: Person, read: Reader, way: Way, value: string) => {
  const { root, first, between, second, last } = way
  const rows = await read(`/${root}`)
  if (rows === 'refused' || (await isRefused(person, root, first))) return 'refused'
  if (await isRefused(person, between.root, second)) return 'refused'
  const ids: unknown[] = []
  for (const { id } of rows) {
    const found = (await read(`/${root}/${id}/${first}`)) as readonly Row[]
    for (const middle of found.filter((row) => isOf(row, between.name))) {
      const ends = (await read(`/${between.root}/${middle['id']}/${second}`)) as readonly Row[]
      if (ends.some((row) => isOf(row, last.name) && row[value] !== null)) ids.push(id)
    }
  }
  return [...new Set(ids)].toSorted()
}

const told = async (read: Reader, { root }: Way, query: string) => {
  const rows = await read(`/${root}?${query}`)
  return rows === 'refused' ? rows : rows.map(({ id }) => id).toSorted()
}

const compare = async (person: Person): Promise<Set<string>> => {
  const read = readerFor(person)
  const seen = new Set<string>()
  for (const way of tried) {
    for (const value of ['id', 'displayName']) {
      const expected = await shown(person, read, way, value)
      seen.add(expected === 'refused' ? expected : expected.length > 0 ? 'rows' : 'none')
      for (const query of filtersOf(way, value)) expect(await told(read, way, query), query).toEqual(expected)
    }
    const order = `$orderby=${way.first}/$count($filter=microsoft.graph.${way.between.name}/${way.second}/$count gt 0)`
    const isRead = (await shown(person, read, way, 'id')) !== 'refused'
    expect((await told(read, way, order)) !== 'refused', order).toBe(isRead)
  }
  return seen
}

const administrator = (...scopes: string[]): Person => ({ tenant: contoso, user: people.administrator, scopes })

it.each([
  'RoleManagement.Read.Directory',
  'GroupMember.Read.All',
  'User.Read.All',
  'GroupMember.Read.All RoleManagement.Read.Directory',
  'User.ReadBasic.All RoleManagement.Read.Directory',
  'User.Read.All Group.Read.All',
])('with %s', async (scopes) => {
  const seen = await compare(administrator(...scopes.split(' ')))
  expect(seen).toContain('refused')
  // Who holds a role may be read with the first alone, and nothing further.
  expect(seen.has('rows')).toBe(scopes !== 'RoleManagement.Read.Directory')
})

it('with the whole directory nothing is refused', async () => {
  expect(await compare(administrator('Directory.Read.All'))).toEqual(new Set(['rows', 'none']))
})

it.each([
  ['roles', privilegedRoleAdministrator],
  ['people', userAdministrator],
  ['neither', roleIds.sharePoint],
])('in another tenant with a role there for %s', async (_, role) => {
  const kit = kitFor(server)
  const relationship = await kit.at('active', { accessDetails: rolesOf(role) })
  const trusted = await kit.group()
  await joins(people.sana, trusted)
  const given = await server.send('POST', `${relationship}/accessAssignments`, kit.assignment(trusted, role))
  expect(given.status, given.text).toBe(201)
  const person = { tenant: fabrikam, home: contoso, user: people.sana, scopes: ['Directory.Read.All'] }
  expect(await compare(person)).toContain('refused')
  const left = await server.send('DELETE', `/v1.0/groups/${trusted}/members/${people.sana}/$ref`)
  expect(left.status).toBe(204)
})

it.each([
  ["/directoryRoles?$filter=members/any(m:m/graph.user/memberOf/any(x:x/graph.group/displayName eq 'Outer'))", 'roles'],
  [
    "/directoryRoles?$filter=members/any(m:m/graph.user/memberOf/any(x:startswith(x/graph.group/description,'T')))",
    'roles',
  ],
  [
    '/directoryRoles/ROLE/members?$filter=graph.user/transitiveMemberOf/any(x:x/graph.group/members/any(y:y/id ne null))',
    'roles',
  ],
  [
    "/groups?$filter=members/any(m:m/graph.user/memberOf/any(r:r/graph.directoryRole/members/any(x:x/graph.user/userPrincipalName ne 'x')))",
    'groups',
  ],
  ['/groups/$count?$filter=members/any(m:m/graph.user/memberOf/any(r:r/graph.directoryRole/members/any()))', 'groups'],
])('%s is refused with the permissions of %s alone', async (path, of) => {
  const scopes = of === 'roles' ? ['RoleManagement.Read.Directory'] : ['GroupMember.Read.All']
  for (const version of ['v1.0', 'beta']) {
    const address = `/${version}${encodeURI(path.replace('ROLE', roleIds.globalAdministrator))}`
    const refused = await server.as(administrator(...scopes), 'GET', address)
    expect(refused.status, refused.text).toBe(403)
    expect(refused.body.error.code).toBe('Authorization_RequestDenied')
    const { status, text } = await server.as(administrator('Directory.Read.All'), 'GET', address)
    expect(status, text).toBe(200)
  }
})
