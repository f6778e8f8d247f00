import { describe, expect, it } from 'vitest'
import type { LoggedRequest } from '../entry.ts'
import { factAddress } from './fact-address.ts'
import { againPlan, mendsOf, placeIn, storeRolePlan, whyNotAgain } from './mend.ts'

const person = { kind: 'user', tenantId: 't', userId: 'hugo' }
const app = { kind: 'app', tenantId: 't', appId: 'reader' }
const refused = (caller: LoggedRequest['caller'], layer: string, wanted: readonly string[]): LoggedRequest => ({
  status: 403,
  refusal: { check: `access.${layer}`, layer, wanted, held: [] },
  ...(caller === undefined ? {} : { caller }),
})

it('leads from what is wanted to the page that shows who holds it', () => {
  const delegated = refused({ ...person, homeTenantId: 'p' }, 'delegation', ['User Administrator'])
  expect(factAddress('User Administrator', delegated)).toBe('/gdap/customers/t')
  expect(factAddress('group manager', refused(person, 'role', []))).toBe('/admin/people')
  expect(factAddress('term store administrator (app@sharepoint)', refused(app, 'role', []))).toBe('/admin/people')
  const atHome = { ...refused(person, 'role', []), method: 'POST', path: '/v1.0/users' }
  expect(factAddress('AdminAgents', atHome)).toBe('/gdap/access?user=hugo&tenant=t&action=POST+%2Fusers')
  expect(factAddress('A.Write', refused(app, 'permission', []))).toBeUndefined()
})

describe('what mends a refusal', () => {
  it.each([
    [refused(app, 'permission', ['A.Write', 'A.All']), 'permission', 'A.Write'],
    [refused(app, 'role', ['term store administrator (app@sharepoint)']), 'allowApps', 'app@sharepoint'],
    [
      refused(person, 'role', ['term store administrator', 'group manager', 'group contributor']),
      'storeRole',
      'contributors',
    ],
    [refused(person, 'role', ['term store administrator']), 'storeRole', 'administrators'],
    [refused(person, 'role', ['AdminAgents']), 'adminAgent', 'AdminAgents'],
    [refused(person, 'role', ['User Administrator', 'Global Administrator']), 'directoryRole', 'User Administrator'],
    [{ status: 401, refusal: { check: 'unauthenticated.expired' } }, 'token', ''],
    [{ status: 503, fault: 'flaky' }, 'faultOff', 'flaky'],
  ])('%j', (entry, kind, what) => expect(mendsOf(entry)).toEqual([{ kind, what }]))

  it('is nothing where no API gives it', () => {
    expect(mendsOf(refused({ ...person, homeTenantId: 'p' }, 'role', ['User Administrator']))).toEqual([])
    expect(mendsOf(refused(person, 'delegation', ['x']))).toEqual([])
    expect(mendsOf({ status: 404, refusal: { check: 'term.unknown' } })).toEqual([])
  })

  it('finds the place in the address', () => {
    expect(placeIn({ path: '/v1.0/termStore/sets/5e70-1/children' })).toEqual({ setId: '5e70-1' })
    expect(placeIn({ path: '/v1.0/sites/root/termStore/groups/62/sets/5e/terms/7' })).toEqual({
      groupId: '62',
      setId: '5e',
    })
    expect(placeIn({ path: '/v1.0/users' })).toEqual({})
  })

  it('adds to a list, and puts the former one back', () => {
    const roles = {
      administrators: ['admin'],
      groups: [{ id: '62', displayName: 'Kitchen', managers: [], contributors: ['tara'] }],
    }
    const plan = storeRolePlan('t', roles, 'contributors', 'hugo', '62')
    expect(plan?.does[0]?.body).toEqual({ tenant: 't', groupId: '62', contributors: ['tara', 'hugo'] })
    expect(plan?.undoes[0]?.body).toEqual({ tenant: 't', groupId: '62', contributors: ['tara'] })
    expect(storeRolePlan('t', roles, 'managers', 'hugo', 'unknown')).toBeUndefined()
  })

  it('sends again what can be, without what belongs to the connection', () => {
    const detail = {
      method: 'PATCH',
      path: '/v1.0/users/1',
      query: '$select=id',
      caller: person,
      request: { headers: { 'If-Match': '"1"', host: 'x', authorization: '[removed]' }, body: { a: 1 } },
    }
    expect(whyNotAgain(detail)).toBeUndefined()
    expect(againPlan(detail, 'me')).toEqual({
      method: 'PATCH',
      path: '/v1.0/users/1?$select=id',
      headers: { 'If-Match': '"1"', 'client-request-id': 'me' },
      needsToken: true,
      body: { a: 1 },
    })
    expect(whyNotAgain({ ...detail, request: { body: { secretText: '[removed secretText]' } } })).toBe('secrets')
    expect(whyNotAgain({ ...detail, path: '/_relata/clock' })).toBe('notGraph')
    expect(whyNotAgain({ path: '/v1.0/me' })).toBe('noCaller')
    expect(whyNotAgain({ ...detail, request: { bodyIsCut: true } })).toBe('bodyCut')
  })
})
