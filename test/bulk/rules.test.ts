/** The rules of a plan: the table of events.md §7.4, row by row, and its problems. No server is needed. */
import { describe, expect, it } from 'vitest'
import { ownRoles } from '#bulk/catalogue.ts'
import { managedName, managedParts, managedStem } from '#bulk/names.ts'
import { planOf } from '#bulk/plan/plan.ts'
import type { BulkState, FoundAssignment, FoundRelationship } from '#bulk/state.ts'
import { type CustomerLine, type Template, usualSettings, type WantedGdap } from '#bulk/wanted.ts'
import { globalAdministrator, helpdesk } from '../_support/relationships.ts'
import { customerId, securityReader } from './kit.ts'

const now = '2026-06-01T00:00:00Z'
const inDays = (days: number): string => new Date(Date.parse(now) + days * 86_400_000).toISOString()
const customer = customerId(1)
const stem = managedStem('rel', 'desk', customer)
const groupId = '6f0e0000-0000-4000-8000-000000000001'

const found = (generation: number, status: string, more: Partial<FoundRelationship> = {}): FoundRelationship => ({
  id: `id-${generation}`,
  etag: `W/"${generation}"`,
  displayName: managedName(stem, generation),
  status,
  customerId: customer,
  customerName: 'c01',
  duration: 'P730D',
  autoExtend: 'P180D',
  roles: [helpdesk, securityReader],
  createdDateTime: inDays(-10),
  lastModifiedDateTime: inDays(-5),
  activatedDateTime: ['active', 'expiring', 'terminated', 'expired'].includes(status) ? inDays(-5) : null,
  endDateTime: inDays(725),
  assignments: [],
  ...more,
})

const given = (status: string, group = groupId, roles: readonly string[] = [helpdesk]): FoundAssignment => ({
  ...{ id: `a-${status}`, etag: 'W/"a"', status, groupId: group, roles },
  ...{ createdDateTime: now, lastModifiedDateTime: now },
})

const template = (more: Partial<Template> = {}): Template => ({
  ...{ name: 'desk', roles: [helpdesk, securityReader], assign: null, unknownRoles: [], unfitRoles: [] },
  ...more,
})

interface Case {
  readonly relationships?: readonly FoundRelationship[]
  readonly template?: Partial<Template>
  readonly line?: Partial<CustomerLine>
  readonly lines?: readonly Partial<CustomerLine>[]
  readonly state?: Partial<BulkState>
  readonly settings?: Partial<WantedGdap['settings']>
  readonly groups?: WantedGdap['groups']
  readonly asksAgain?: boolean
}

function planFor({ relationships = [], line = {}, lines = [line], asksAgain = false, ...more }: Case) {
  const wanted: WantedGdap = {
    settings: { ...usualSettings, ...more.settings },
    templates: new Map([['desk', template(more.template)]]),
    groups: more.groups ?? [],
    customers: lines.map((one, at) => ({
      ...{ line: at + 2, customerId: customer, customerName: 'c01', template: 'desk' },
      ...{ duration: null, autoExtend: null, isAbsent: false, ...one },
    })),
  }
  const state: BulkState = {
    ...{ partnerId: 'partner', now, relationships, unknownCustomers: new Set<string>() },
    groups: [{ id: groupId, name: 'Desk' }],
    ...more.state,
  }
  return planOf(state, wanted, { server: 'https://x', finder: ownRoles, asksAgain })
}

/** What was found, and the steps as words: `do` and the generation. */
function told(one: Case): string {
  const { lines, steps, problems } = planFor(one)
  const words = steps.map((step) => `${step.do} ${managedParts(step.key, 'rel')?.generation ?? step.key}`)
  const all = [lines.map(({ found: word }) => word).join(' '), ...words, ...problems.map(({ code }) => `! ${code}`)]
  return all.filter((word) => word !== '').join(', ')
}

const roles = (...ids: string[]) => ({ roles: ids })
const absent = { line: { isAbsent: true } }

describe('the table', () => {
  it.each<[string, Case, string, string]>([
    ['nothing', {}, 'create, create 1, lock 1', 'none'],
    ['created, same content', { relationships: [found(1, 'created')] }, 'lock, lock 1', 'delete, delete 1'],
    [
      'created, other content',
      { relationships: [found(1, 'created', roles(helpdesk))] },
      'patch, patch 1, lock 1',
      'delete, delete 1',
    ],
    ['approvalPending', { relationships: [found(1, 'approvalPending')] }, 'wait-approval', 'report'],
    [
      'approvalPending, other content',
      { relationships: [found(1, 'approvalPending', { duration: 'P1D' })] },
      'replace, create 2, lock 2',
      'report',
    ],
    ['approved', { relationships: [found(1, 'approved')] }, 'wait-activation', 'wait-activation'],
    ['activating', { relationships: [found(1, 'activating')] }, 'wait-activation', 'wait-activation'],
    ['active, roles equal', { relationships: [found(1, 'active')] }, 'none', 'terminate, terminate 1'],
    [
      'active, another duration',
      { relationships: [found(1, 'active', { duration: 'P30D' })] },
      'none',
      'terminate, terminate 1',
    ],
    [
      'active, extension off',
      { relationships: [found(1, 'active', { autoExtend: 'PT0S' })] },
      'auto-extend, auto-extend 1',
      'terminate, terminate 1',
    ],
    [
      'active, Global Administrator too many',
      { relationships: [found(1, 'active', roles(helpdesk, securityReader, globalAdministrator))] },
      'drop-global-admin, drop-global-admin 1',
      'terminate, terminate 1',
    ],
    [
      'active, another role too many',
      { relationships: [found(1, 'active', roles(helpdesk, securityReader, 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'))] },
      'replace, create 2, lock 2',
      'terminate, terminate 1',
    ],
    [
      'active, a role missing',
      { relationships: [found(1, 'active', roles(helpdesk))] },
      'replace, create 2, lock 2',
      'terminate, terminate 1',
    ],
    [
      'active, ends soon, extended',
      { relationships: [found(1, 'active', { endDateTime: inDays(50) })] },
      'none',
      'terminate, terminate 1',
    ],
    ['terminationRequested', { relationships: [found(1, 'terminationRequested')] }, 'wait-end', 'none'],
    ['terminating', { relationships: [found(1, 'terminating')] }, 'wait-end', 'none'],
    ['expiring', { relationships: [found(1, 'expiring')] }, 'wait-end', 'none'],
    ['expired', { relationships: [found(1, 'expired')] }, 'create, create 2, lock 2', 'none'],
    [
      'terminated',
      { relationships: [found(3, 'terminated'), found(2, 'terminated')] },
      'create, create 4, lock 4',
      'none',
    ],
    ['rejected', { relationships: [found(1, 'terminated', { activatedDateTime: null })] }, 'report', 'none'],
    ['lapsed', { relationships: [found(1, 'expired', { activatedDateTime: null })] }, 'report', 'none'],
    [
      'two generations in force',
      { relationships: [found(1, 'active'), found(2, 'active')] },
      'terminate, terminate 1',
      'terminate, terminate 2, terminate 1',
    ],
  ])('%s', (_, one, present, gone) => {
    expect(told(one)).toBe(present)
    expect(told({ ...one, ...absent })).toBe(gone)
  })

  it('switches the extension off as well, and a line of the list says for how long', () => {
    const relationships = [found(1, 'active')]
    expect(planFor({ relationships, line: { autoExtend: 'PT0S' } }).steps).toMatchObject([
      { do: 'auto-extend', id: 'id-1', etag: 'W/"1"', body: { autoExtendDuration: 'PT0S' } },
    ])
    const { steps } = planFor({ line: { duration: 'P90D', autoExtend: 'PT0S' } })
    expect(steps[0]?.body).toMatchObject({ duration: 'P90D', autoExtendDuration: 'PT0S' })
  })

  it('renews what ends within 60 days and is not extended', () => {
    const line = { autoExtend: 'PT0S' }
    const ends = (days: number) => ({
      line,
      relationships: [found(1, 'active', { autoExtend: 'PT0S', endDateTime: inDays(days) })],
    })
    expect(told(ends(60))).toBe('renew, create 2, lock 2')
    expect(told(ends(61))).toBe('none')
    expect(told({ ...ends(100), settings: { renewBeforeDays: 100 } })).toBe('renew, create 2, lock 2')
  })

  it('warns of an invitation that waits for more than 80 days', () => {
    const { lines, summary } = planFor({
      relationships: [found(1, 'approvalPending', { lastModifiedDateTime: inDays(-81) })],
    })
    expect(lines[0]).toMatchObject({ isWarning: true, text: 'waits for approval for 81 days, lapses after 90' })
    expect(summary).toMatchObject({ warnings: 1, waitingForApproval: 1 })
  })

  it('asks again who has rejected, where that is wanted', () => {
    const relationships = [found(1, 'terminated', { activatedDateTime: null })]
    expect(told({ relationships, asksAgain: true })).toBe('create, create 2, lock 2')
  })

  it('leaves a draft unlocked where the settings say so', () => {
    expect(told({ settings: { lock: false } })).toBe('create, create 1')
    expect(told({ settings: { lock: false }, relationships: [found(1, 'created')] })).toBe('none')
  })
})

describe('assignments of an active relationship', () => {
  const assign = [{ group: { name: 'Desk' }, roles: [helpdesk] }]
  const withThem = (...assignments: readonly FoundAssignment[]): Case => ({
    template: { assign },
    relationships: [found(1, 'active', { assignments })],
  })

  it.each<[string, Case, string]>([
    ['group without', withThem(), 'assign, assign 1'],
    ['right', withThem(given('active')), 'none'],
    ['other roles', withThem(given('active', groupId, [securityReader])), 'reassign, reassign 1'],
    ['a group not named', withThem(given('active'), given('active', 'other')), 'unassign, unassign 1'],
    ['pending', withThem(given('pending')), 'wait-assignment'],
    ['deleting', withThem(given('deleting')), 'wait-assignment'],
    ['deleted', withThem(given('deleted')), 'assign, assign 1'],
    ['error', withThem(given('error')), 'report'],
    [
      'a template that says nothing of groups',
      { relationships: [found(1, 'active', { assignments: [given('active', 'other')] })] },
      'none',
    ],
    [
      'a template with an empty list',
      { template: { assign: [] }, relationships: [found(1, 'active', { assignments: [given('active')] })] },
      'unassign, unassign 1',
    ],
  ])('%s', (_, one, words) => {
    expect(told(one)).toBe(words)
  })

  it('repairs a group whose id is gone by its name', () => {
    const gone = '6f0e0000-0000-4000-8000-00000000dead'
    const { steps } = planFor({
      template: { assign: [{ group: { id: gone, name: 'Desk' }, roles: [helpdesk] }] },
      relationships: [found(1, 'active', { assignments: [given('active', gone)] })],
    })
    expect(steps.map((step) => [step.do, step.group?.id, step.relationship])).toEqual([
      ['repair-group', groupId, 'id-1'],
      ['unassign', gone, 'id-1'],
    ])
  })

  it('ends a lower generation once all assignments of the highest are active', () => {
    const lower = found(1, 'active', { roles: [helpdesk], assignments: [given('active')] })
    const highest = (...assignments: FoundAssignment[]) => [lower, found(2, 'active', { assignments })]
    expect(told({ template: { assign }, relationships: highest() })).toBe('assign, assign 2')
    expect(told({ template: { assign }, relationships: highest(given('pending')) })).toBe('wait-assignment')
    expect(told({ template: { assign }, relationships: highest(given('active')) })).toBe('terminate, terminate 1')
    // Where the template says nothing of groups, those of the lower one have to be there.
    expect(told({ relationships: highest() })).toBe('none')
    expect(told({ relationships: highest(given('active')) })).toBe('terminate, terminate 1')
  })

  it('makes a group of groups.yaml that is missing, before the customers', () => {
    const one: Case = {
      template: { assign: [{ group: { name: 'New' }, roles: [helpdesk] }] },
      groups: [{ name: 'New', assignableToRole: true }],
    }
    expect(told(one)).toBe('create, make-group group:New, create 1, lock 1')
    const inForce = planFor({ ...one, relationships: [found(1, 'active')] })
    expect(inForce.steps).toMatchObject([
      { n: 1, do: 'make-group', customer: null, body: { displayName: 'New', isAssignableToRole: true } },
      { n: 2, do: 'assign', group: { name: 'New' }, customer },
    ])
  })
})

describe('problems', () => {
  const groups = (...names: readonly string[]) => names.map((name, at) => ({ id: `g${at}`, name }))
  const to = (group: { id?: string; name?: string }) => ({ template: { assign: [{ group, roles: [helpdesk] }] } })

  it.each<[string, Case]>([
    ['roleUnknown', { template: { unknownRoles: ['8329153a-20ed-4bf8-aa37-81242c6e8e01'] } }],
    ['roleNotForGdap', { template: { unfitRoles: ['Device Join'] } }],
    ['groupMissing', to({ name: 'Nobody' })],
    ['groupMissing', to({ id: '6f0e0000-0000-4000-8000-00000000dead' })],
    ['groupAmbiguous', { ...to({ name: 'Twice' }), state: { groups: groups('Twice', 'twice') } }],
    ['groupReserved', { ...to({ name: 'AdminAgents' }), state: { groups: groups('AdminAgents') } }],
    ['groupReserved', { ...to({ id: 'g0' }), state: { groups: groups('HelpdeskAgents') } }],
    ['groupReserved', { ...to({ name: 'salesagents' }), groups: [{ name: 'salesagents', assignableToRole: false }] }],
    ['groupReserved', to({ name: 'All Users' })],
    ['customerUnknown', { state: { unknownCustomers: new Set([customer]) } }],
    ['customerUnknown', { state: { partnerId: customer } }],
    ['duplicateManaged', { lines: [{}, {}] }],
    ['duplicateManaged', { relationships: [found(1, 'active', { customerId: customerId(2) })] }],
    ['duplicateManaged', { relationships: [found(1, 'active'), found(1, 'active', { id: 'again' })] }],
    ['globalAdminBlocksAutoExtend', { template: { roles: [globalAdministrator] } }],
  ])('%s stops that customer, and no other one', (code, one) => {
    const other = {
      ...one,
      lines: [...(one.lines ?? [{}]), { customerId: customerId(5), template: 'desk', isAbsent: true }],
    }
    const { problems, steps } = planFor(other)
    expect(problems[0]).toMatchObject({ code, customer })
    expect(problems.every((problem) => problem.customer === customer)).toBe(true)
    expect(steps.filter((step) => step.customer === customer)).toEqual([])
  })

  it('lets Global Administrator be where nothing is extended', () => {
    expect(told({ template: { roles: [globalAdministrator] }, line: { autoExtend: 'PT0S' } })).toBe(
      'create, create 1, lock 1',
    )
  })
})

describe('relationships that no line names', () => {
  const other = found(1, 'active', { displayName: 'By hand', id: 'hand' })
  const one = { relationships: [found(1, 'active'), other] }

  it('stay, are reported, or end, as the settings say', () => {
    expect(told(one)).toBe('none')
    expect(told({ ...one, settings: { unmanaged: 'report' } })).toBe('none report')
    expect(told({ ...one, settings: { unmanaged: 'terminate' } })).toBe('none terminate, terminate By hand')
  })

  it('of other customers are not looked at', () => {
    const foreign = { ...other, customerId: customerId(9) }
    expect(told({ relationships: [found(1, 'active'), foreign], settings: { unmanaged: 'terminate' } })).toBe('none')
  })
})

describe('managed names', () => {
  it('are those of the vectors', () => {
    const marks = [1, 2, 3].map((number) => managedStem('rel', 'service-desk', customerId(number).toUpperCase()))
    expect(marks).toEqual(['rel_service-desk_246bf4c5', 'rel_service-desk_f710b9fc', 'rel_service-desk_9164f36f'])
    expect(managedName(`${'x'.repeat(8)}_${'y'.repeat(24)}_246bf4c5`, 999_999)).toHaveLength(49)
  })

  it('are told from others', () => {
    expect(managedParts('REL_desk_246BF4C5_12', 'rel')).toEqual({
      stem: 'rel_desk_246bf4c5',
      template: 'desk',
      generation: 12,
    })
    for (const name of ['rel_desk_246bf4c5', 'rel_desk_246bf4c5_0', 'other_desk_246bf4c5_1', 'Northwind run 2026'])
      expect(managedParts(name, 'rel')).toBeUndefined()
  })
})
