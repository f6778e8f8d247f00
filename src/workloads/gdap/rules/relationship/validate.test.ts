import { describe, expect, it } from 'vitest'
import { AppError, Faults } from '#base/errors.ts'
import { bundledRoles } from '../../../directory/role-catalogue.ts'
import { invalid, noContainer, throwIssues } from '../refusals.ts'
import {
  autoExtendIn,
  checkExtension,
  checkWithin,
  containerIn,
  customerIdIn,
  durationIn,
  nameIn,
  relationshipIdOf,
  rolesIn,
} from './validate.ts'

const helpdesk = '729827e3-9c14-49f7-bb1b-9608f156bbb8'
const reader = 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'
const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'
const a = 'a0000000-0000-4000-8000-00000000000a'

function read<T>(work: (faults: Faults) => T) {
  const faults = new Faults('badRequest')
  const value = work(faults)
  let thrown: AppError | undefined
  try {
    throwIssues(faults)
  } catch (error) {
    thrown = error as AppError
  }
  return { value, targets: (thrown?.facts.details ?? []).map(({ target }) => target), thrown }
}

function roles(...ids: unknown[]) {
  return { unifiedRoles: ids.map((roleDefinitionId) => ({ roleDefinitionId })) }
}

describe('display names', () => {
  it.each(['a', ' Northwind run 2026 ', 'x'.repeat(50), 'CIPP_mlt-1 (test)', '😀'.repeat(50)])('accepts %j', (name) => {
    expect(read((faults) => nameIn(name, faults)).value).toBe(name.trim())
  })
  it.each(['', '   ', 'x'.repeat(51), 'a<b', 'tab\there', undefined, null, 7])('refuses %j', (name) => {
    expect(read((faults) => nameIn(name, faults)).targets).toEqual(['displayName'])
  })
})

describe('durations of a relationship', () => {
  it.each(['P1D', 'P730D', 'PT24H', 'P1DT12H'])('keeps %s as it was written', (text) => {
    expect(read((faults) => durationIn(text, faults)).value).toBe(text)
  })
  it.each([
    ['P2Y', 'P730D'],
    ['P24M', 'P730D'],
    ['P6M', 'P180D'],
    ['P104W', 'P728D'],
    ['P25W5D', 'P180D'],
  ])('takes %s as %s', (text, kept) => {
    expect(read((faults) => durationIn(text, faults)).value).toBe(kept)
  })
  it.each(['PT23H', 'P731D', 'P2Y1D', 'P0D', '-P1D', 'P3Y', '30', null])('refuses %s', (text) => {
    expect(read((faults) => durationIn(text, faults)).targets).toEqual(['duration'])
  })
})

describe('automatic extension', () => {
  it.each([
    ['P180D', 'P180D'],
    ['P0D', 'PT0S'],
    ['P6M', 'P180D'],
    ['P25W5D', 'P180D'],
    ['PT0S', 'PT0S'],
    ['PT4320H', 'PT4320H'],
    [null, 'PT0S'],
    [undefined, 'PT0S'],
  ])('reads %s as %s', (given, kept) => {
    expect(read((faults) => autoExtendIn(given, faults)).value).toBe(kept)
  })
  it.each(['P90D', 'P1D', 'P6M1D', '180'])('refuses %s', (given) => {
    expect(read((faults) => autoExtendIn(given, faults)).targets).toEqual(['autoExtendDuration'])
  })
  it('is refused together with Global Administrator only', () => {
    const targets = (extension: string, ids: string[]) =>
      read((faults) => checkExtension(extension, ids, faults)).targets
    expect(targets('P180D', [globalAdministrator])).toEqual(['autoExtendDuration'])
    expect(targets('PT0S', [globalAdministrator])).toEqual([])
    expect(targets('P180D', [helpdesk])).toEqual([])
  })
})

describe('roles', () => {
  const targets = (value: unknown, strict = false, trustAnyRole = false) =>
    read((faults) => rolesIn(value, faults, { strict, trustAnyRole, roles: bundledRoles })).targets

  it('folds ids to lower case', () => {
    expect(
      read((faults) =>
        rolesIn(roles(helpdesk.toUpperCase(), reader), faults, {
          strict: false,
          trustAnyRole: false,
          roles: bundledRoles,
        }),
      ).value,
    ).toEqual([helpdesk, reader])
  })
  it.each([undefined, null, {}, { unifiedRoles: [] }, { unifiedRoles: 'x' }])('asks for one at least: %j', (value) => {
    expect(targets(value)).toEqual(['accessDetails/unifiedRoles'])
  })
  it('names every role that is wrong, where it stands', () => {
    const wrong = '8329153a-20ed-4bf8-aa37-81242c6e8e01'
    expect(targets(roles(helpdesk, helpdesk.toUpperCase(), 'no', wrong, undefined))).toEqual([
      'accessDetails/unifiedRoles/1/roleDefinitionId',
      'accessDetails/unifiedRoles/2/roleDefinitionId',
      'accessDetails/unifiedRoles/3/roleDefinitionId',
      'accessDetails/unifiedRoles/4/roleDefinitionId',
    ])
  })
  it('refuses in strict mode those that cannot be given, and takes what is not known', () => {
    const deviceJoin = '9c094953-4995-41c8-84c8-3ebb9b32c93f'
    const relationshipAdministrator = 'fc8ad4e2-40e4-4724-8317-bcda7503ecbf'
    const tenantCreator = '112ca1a2-15ad-4102-995e-45b0bc479a6a'
    const teamsReader = '1076ac91-f3d9-41a7-a339-dcdf5f480acc'
    const all = roles(deviceJoin, relationshipAdministrator, tenantCreator, teamsReader)
    expect(targets(all)).toEqual([])
    expect(targets(all, true)).toEqual([
      'accessDetails/unifiedRoles/0/roleDefinitionId',
      'accessDetails/unifiedRoles/1/roleDefinitionId',
    ])
  })
  it('says of a role it does not know that its list has none, and takes any GUID where told', () => {
    const wrong = '8329153a-20ed-4bf8-aa37-81242c6e8e01'
    expect(targets(roles(wrong, 'no'), false, true)).toEqual(['accessDetails/unifiedRoles/1/roleDefinitionId'])
    const { thrown } = read((faults) =>
      rolesIn(roles(wrong), faults, { strict: false, trustAnyRole: false, roles: bundledRoles }),
    )
    expect(thrown?.facts.details?.[0]?.message).toBe(`The role '${wrong}' is not in this server's list of roles.`)
  })
  it('must be among those of the relationship', () => {
    expect(read((faults) => checkWithin([helpdesk, reader], [helpdesk], faults)).targets).toEqual([
      'accessDetails/unifiedRoles/1/roleDefinitionId',
    ])
  })
})

describe('customers and groups', () => {
  it('reads a customer, or none', () => {
    expect(read((faults) => customerIdIn({ tenantId: a.toUpperCase() }, faults)).value).toBe(a)
    expect(read((faults) => customerIdIn(null, faults)).value).toBeNull()
    expect(read((faults) => customerIdIn({ tenantId: 'contoso' }, faults)).targets).toEqual(['customer/tenantId'])
    expect(read((faults) => customerIdIn({}, faults)).targets).toEqual(['customer/tenantId'])
  })
  it('reads a security group by its id', () => {
    const container = { accessContainerId: a.toUpperCase(), accessContainerType: 'securityGroup' }
    expect(read((faults) => containerIn(container, faults)).value).toBe(a)
    expect(read((faults) => containerIn({ accessContainerId: 'x' }, faults)).targets).toEqual([
      'accessContainer/accessContainerId',
      'accessContainer/accessContainerType',
    ])
  })
})

describe('ids', () => {
  it('are two GUIDs', () => {
    expect(relationshipIdOf(`${a.toUpperCase()}-${a}`)).toBe(`${a}-${a}`)
    for (const text of [a, `${a}-`, `${a}-${a}-${a}`, `${a}${a}`, '']) expect(relationshipIdOf(text)).toBeUndefined()
  })
})

describe('all faults as one error', () => {
  it('has the words that were seen, the first target, and each fault in the details', () => {
    const { thrown } = read((faults) => {
      nameIn('', faults)
      durationIn('x', faults)
    })
    expect(thrown?.message).toBe('There were issue(s) with the input. See details for more information.')
    expect(thrown?.facts).toMatchObject({ code: 'badRequest', target: 'displayName' })
    expect(thrown?.facts.details?.map(({ code, target }) => [code, target])).toEqual([
      ['badRequest', 'displayName'],
      ['badRequest', 'duration'],
    ])
  })

  it('says itself that a group is not there, where that is all', () => {
    const { thrown } = read((faults) => faults.add('accessContainer/accessContainerId', `${noContainer}: why`))
    expect(thrown?.message).toContain('access container does not exist')
    const two = read((faults) => {
      faults.add('accessContainer/accessContainerId', `${noContainer}: why`)
      faults.add('accessDetails', 'and more')
    })
    expect(two.thrown?.message).toContain('See details')
    expect(two.thrown?.facts.details?.[0]?.message).toContain('access container does not exist')
  })

  it('is made of a single fault too', () => {
    expect(invalid('action', 'no').facts.details).toHaveLength(1)
    expect(invalid('action', 'no')).toBeInstanceOf(AppError)
  })
})
