/** Lists of roles from outside, and the catalogue after each: events.md §8.5. */
import { describe, expect, it } from 'vitest'
import { AppError } from '#base/errors.ts'
import { readRolesList, rolesFileOf } from '#workloads/directory/catalogue/roles-list.ts'
import { updatedRoles } from '#workloads/directory/catalogue/update.ts'
import {
  bundledRoles,
  digestOf,
  globalAdministrator,
  isOffered,
  roleCatalogue,
} from '#workloads/directory/role-catalogue.ts'

const reader = '1076ac91-f3d9-41a7-a339-dcdf5f480acc'
const fabric = 'a9ea8996-122f-4c74-9520-8edcd192826c'
const fresh = '0e0e0e0e-0000-4000-8000-000000000001'
const file = rolesFileOf(bundledRoles)

function updated(value: unknown, wish: { force?: boolean; today?: string } = {}) {
  const days = { today: '2026-11-30', latestDay: '2026-12-01' }
  return updatedRoles(bundledRoles, readRolesList(value), { force: false, ...days, ...wish })
}

function refusalOf(work: () => unknown) {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return { ...error.facts, message: error.message }
    throw error
  }
  throw new Error('nothing was refused')
}

/** The file with these roles, and a digest that is right. */
function withRoles(roles: readonly unknown[], more: object = {}) {
  return { ...file, roles, digest: digestOf(roles), ...more }
}

describe('a file of ours', () => {
  it('read again says that nothing is different', () => {
    const { catalogue, change } = updated(JSON.parse(JSON.stringify(file)))
    expect(change).toEqual({ from: '2026-08-21', asOf: '2026-08-21', added: [], changed: [], withdrawn: [] })
    expect(catalogue.roles).toEqual(roleCatalogue)
    expect(catalogue.sources).toEqual(bundledRoles.sources)
  })

  it('adds, changes and withdraws; a former name stays one that is found', () => {
    const roles = file.roles
      .filter(({ id }) => id !== reader)
      .map((role) => (role.id === fabric ? { id: fabric, name: 'Weaving Administrator', privileged: true } : role))
    const { catalogue, change } = updated(
      withRoles([...roles, { id: fresh.toUpperCase(), name: 'Loom Reader' }], { asOf: '2026-11-01' }),
    )
    expect(change).toEqual({
      from: '2026-08-21',
      asOf: '2026-11-01',
      added: [{ id: fresh, name: 'Loom Reader' }],
      changed: [{ id: fabric, name: 'Weaving Administrator', members: ['name', 'aliases', 'privileged'] }],
      withdrawn: [{ id: reader, name: 'Teams Reader' }],
    })
    expect(catalogue.find(fresh)).toMatchObject({ gdap: 'unknown', state: 'current', firstSeen: '2026-11-01' })
    expect(catalogue.named('fabric administrator')?.id).toBe(fabric)
    expect(catalogue.named('power bi administrator')?.id).toBe(fabric)
    expect(catalogue.find(reader)).toMatchObject({ state: 'withdrawn', gdap: 'unknown' })
    expect(catalogue.roles).toHaveLength(146)
    // Withdrawn it stays, and listed again it is there again.
    const wish = { force: true, today: '', latestDay: '2026-12-01' }
    const again = updatedRoles(catalogue, readRolesList(withRoles(roles, { asOf: '2026-11-02' })), wish)
    expect(again.change.withdrawn).toEqual([{ id: fresh, name: 'Loom Reader' }])
    expect(again.catalogue.find(reader)?.state).toBe('withdrawn')
    const back = withRoles([{ id: reader, name: 'Teams Reader' }], { asOf: '2026-11-03' })
    expect(updatedRoles(again.catalogue, readRolesList(back), wish).catalogue.find(reader)?.state).toBe('current')
  })

  it('is refused with an older date, unless it is forced', () => {
    const older = { ...file, asOf: '2026-08-20' }
    expect(refusalOf(() => updated(older))).toMatchObject({ code: 'rolesOlder', target: 'asOf' })
    expect(updated(older, { force: true }).change).toMatchObject({ from: '2026-08-21', asOf: '2026-08-20' })
  })

  it('is refused with a day that is yet to come, forced or not: all lists after it would be older', () => {
    for (const force of [false, true])
      for (const asOf of ['2026-12-02', '9999-12-31'])
        expect(refusalOf(() => updated({ ...file, asOf }, { force }))).toMatchObject({
          code: 'rolesFuture',
          target: 'asOf',
          message: `The list is of ${asOf}, a day that is yet to come: 2026-12-01 is the latest one.`,
        })
    expect(updated({ ...file, asOf: '2026-12-01' }).change.asOf).toBe('2026-12-01')
  })

  it('is refused where it withdraws more than half of the roles, unless it is forced', () => {
    const first = (count: number) => withRoles(file.roles.slice(0, count))
    expect(refusalOf(() => updated(first(72)))).toMatchObject({
      code: 'rolesMostWithdrawn',
      target: 'roles',
      message: expect.stringMatching(/^The list would withdraw 73 of 145 roles: /),
    })
    expect(updated(first(73)).change.withdrawn).toHaveLength(72)
    const { catalogue, change } = updated(first(1), { force: true })
    expect(change.withdrawn).toHaveLength(144)
    // Those that are withdrawn already do not count.
    expect(
      refusalOf(() =>
        updatedRoles(catalogue, readRolesList(withRoles([{ id: fresh, name: 'One' }])), {
          ...{ force: false, today: '', latestDay: '2026-12-01' },
        }),
      ),
    ).toMatchObject({ code: 'rolesMostWithdrawn' })
  })

  it.each([
    ['a control character', 'Teams\u001b[2J Reader'],
    ['a line end', 'Teams\nReader'],
    ['a line end of Unicode', 'Teams\u2028Reader'],
    ['an override of the direction', 'Teams \u202eredaeR'],
    ['an isolate', 'Teams \u2066Reader'],
    ['a mark of the direction', 'Teams\u200f Reader'],
    ['blanks only', ' \u00a0\u200b'],
  ])('is refused with a name of %s', (_, name) => {
    const faulty = (role: object) => refusalOf(() => updated(withRoles([...file.roles, { id: fresh, ...role }])))
    expect(faulty({ name })).toMatchObject({
      target: 'roles/145/name',
      message: expect.stringContaining('is not a name: '),
    })
    expect(faulty({ name: 'One', aliases: ['Two', name] })).toMatchObject({ target: 'roles/145/aliases/1' })
    // Of Graph and of others as well, where what surrounds a name is removed.
    if (name.trim() === '') return
    expect(refusalOf(() => updated({ value: [{ id: fresh, displayName: name }] }))).toMatchObject({
      target: 'roles/0/name',
    })
  })

  it('is refused with a wrong digest, and taken without one', () => {
    const { digest: _, ...bare } = file
    expect(updated(bare).change.changed).toEqual([])
    const changed = { ...file, roles: file.roles.map((role) => ({ ...role, privileged: false })) }
    const refusal = refusalOf(() => updated(changed))
    expect(refusal).toMatchObject({ code: 'rolesDigestWrong', target: 'digest' })
    expect(refusal.message).toContain(digestOf(changed.roles))
  })

  it.each([
    ['a malformed id', { id: '1a7d78b6-429f-476b-8eb-35fb715fffd4', name: 'One' }, 'roleIdMalformed', 'roles/1/id'],
    ['a repeated id', { id: reader.toUpperCase(), name: 'One' }, 'roleRepeated', 'roles/1/id'],
    ['two roles of one name', { id: fresh, name: 'teams reader' }, 'roleNameRepeated', 'roles/1/name'],
    ['a state that there is not', { id: fresh, name: 'One', state: 'gone' }, 'invalidRequest', 'roles/1/state'],
    ['a member that there is not', { id: fresh, name: 'One', gdpa: 'no' }, 'invalidRequest', 'roles/1/gdpa'],
    [
      'a day that there is not',
      { id: fresh, name: 'One', firstSeen: '2026-02-30' },
      'invalidRequest',
      'roles/1/firstSeen',
    ],
  ])('is refused with %s', (_, role, code, target) => {
    expect(refusalOf(() => updated(withRoles([{ id: reader, name: 'Teams Reader' }, role])))).toMatchObject({
      code,
      target,
    })
  })

  it('may give the name of a role that it withdraws to another one', () => {
    const roles = [...file.roles.filter(({ id }) => id !== reader), { id: fresh, name: 'Teams Reader' }]
    const { catalogue } = updated(withRoles(roles))
    expect(catalogue.named('Teams Reader')?.id).toBe(fresh)
    expect(catalogue.find(reader)).toMatchObject({ name: 'Teams Reader', state: 'withdrawn' })
  })
})

describe('pages of Graph’s roleDefinitions', () => {
  const definitions = roleCatalogue.map(({ id, name, privileged }) => ({
    id,
    templateId: id,
    displayName: id === globalAdministrator ? 'Company Administrator' : name,
    description: 'As the service says it.',
    isBuiltIn: true,
    isEnabled: true,
    isPrivileged: privileged || id === reader,
    rolePermissions: [],
  }))
  const custom = { id: fresh, displayName: 'Our own', isBuiltIn: false }

  it('state names, what is privileged, and which roles there are; GDAP stays as it was', () => {
    const pages = [
      {
        '@odata.nextLink': 'https://graph.microsoft.com/…',
        value: [...definitions.slice(0, 100).filter(({ id }) => id !== fabric), custom],
      },
      { value: definitions.slice(100) },
    ]
    const { catalogue, change } = updated(pages)
    expect(change).toMatchObject({ asOf: '2026-11-30', added: [], withdrawn: [{ id: fabric }] })
    expect(catalogue.find(reader)).toMatchObject({ privileged: true, gdap: 'unknown', firstSeen: '2025-05-25' })
    // A name that is known as another one of the role is no new name.
    expect(catalogue.find(globalAdministrator)).toMatchObject({ name: 'Global Administrator', gdap: 'yes' })
    expect(catalogue.roles).toHaveLength(145)
  })

  it('leave what is privileged as it was where they do not say it, as in v1.0', () => {
    const { catalogue } = updated({ value: definitions.map(({ isPrivileged: _, ...rest }) => rest) })
    expect(catalogue.roles.filter(({ privileged }) => privileged)).toHaveLength(35)
  })

  it('are refused with a name that is longer than names are, and tell ids in short', () => {
    const long = 'x'.repeat(3_000_000)
    expect(refusalOf(() => updated({ value: [{ id: fresh, displayName: long }] })).message).toBe(
      'The text has at most 200 characters.',
    )
    expect(refusalOf(() => updated({ value: [{ id: long, displayName: 'One' }] })).message).toBe(
      `'${'x'.repeat(60)}…' is not a GUID.`,
    )
  })

  it('are refused where the list goes on', () => {
    const page = { '@odata.nextLink': 'https://graph.microsoft.com/…', value: definitions }
    expect(refusalOf(() => updated(page))).toMatchObject({ code: 'rolesIncomplete', target: '@odata.nextLink' })
  })
})

describe('lists of partners’ tools', () => {
  it('of CIPP tells who is likely, and withdraws nothing', () => {
    const { catalogue, change } = updated([
      { ExtensionData: {}, Description: 'x', IsEnabled: true, IsSystem: true, Name: 'Teams Reader', ObjectId: reader },
      {
        ExtensionData: {},
        Description: 'x',
        IsEnabled: true,
        IsSystem: true,
        Name: 'Boss',
        ObjectId: globalAdministrator,
      },
      {
        ExtensionData: {},
        Description: 'x',
        IsEnabled: true,
        IsSystem: true,
        Name: 'Device Join',
        ObjectId: '9c094953-4995-41c8-84c8-3ebb9b32c93f',
      },
    ])
    expect(change).toMatchObject({ from: '2026-08-21', asOf: '2026-08-21', added: [], withdrawn: [] })
    expect(change.changed.map(({ name }) => name).sort()).toEqual(['Global Administrator', 'Teams Reader'])
    expect(catalogue.find(reader)).toMatchObject({ gdap: 'likely', description: 'Reads settings of Teams.' })
    expect(catalogue.find(globalAdministrator)).toMatchObject({ gdap: 'yes', name: 'Global Administrator' })
    expect(catalogue.named('Boss')?.id).toBe(globalAdministrator)
  })

  it('of Microsoft tells what is certain, and its groups', () => {
    const { catalogue, change } = updated([
      {
        name: 'Security & Compliance',
        roles: [
          { name: 'Teams reader', id: reader, description: 'x' },
          { name: 'Loom reader', id: fresh, description: 'Reads looms.' },
        ],
      },
    ])
    expect(change.added).toEqual([{ id: fresh, name: 'Loom reader' }])
    expect(catalogue.find(reader)).toMatchObject({ gdap: 'yes', name: 'Teams Reader', aliases: [] })
    expect(catalogue.find(fresh)).toMatchObject({
      gdap: 'yes',
      categories: ['securityAndCompliance'],
      privileged: false,
    })
    expect(catalogue.roles.filter(isOffered)).toHaveLength(140)
  })

  it.each([[{}], [[]], [[{ ObjectId: reader }, { name: 'x' }]], ['roles'], [{ format: 'relata-roles/2' }]])(
    'which nobody knows is refused: %j',
    (value) => {
      expect(refusalOf(() => updated(value))).toMatchObject({ code: 'rolesFormatUnknown' })
    },
  )

  it('is refused where a role has no id or no name', () => {
    expect(refusalOf(() => updated([{ ObjectId: reader }]))).toMatchObject({ target: '0/Name' })
    expect(refusalOf(() => updated({ value: [{ displayName: 'One' }] }))).toMatchObject({ target: 'value/0/id' })
  })
})
