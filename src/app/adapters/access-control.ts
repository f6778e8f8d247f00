/** Adapter: the rights part of the control addresses, implemented with the store, the models and the rules. */
import { AppError, lacking } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'
import type { OwnRequest } from '#base/own-address.ts'
import type {
  AccessAnswer,
  AccessQuestion,
  AccessRoute,
  Explain,
  ExplainTo,
  NamedObject,
} from '#control/rights/access.ts'
import type { TermStoreRoles } from '#control/rights/roles.ts'
import type { EntityType, Verb } from '#edm/define.ts'
import type { RowOf } from '#edm/infer.ts'
import type { Actor, Store, WriteContext } from '#edm/ports.ts'
import { guardedBy, isReading, verbOf } from '#engine/access/authorize.ts'
import type { EngineControls } from '#engine/session.ts'
import { guardOf } from '#engine/write/link.ts'
import { resolvePath } from '#odata/url/path.ts'
import type { PathStep } from '#odata/url/steps.ts'
import { user } from '#workloads/directory/people.ts'
import type { RoleCatalogue } from '#workloads/directory/role-catalogue.ts'
import { lackedRole } from '#workloads/directory/rules/needed-role.ts'
import { adminAgents as agentsGroup, isAgent } from '#workloads/gdap/rules/admin-agents.ts'
import type { DelegatedGrant } from '#workloads/gdap/rules/relationship/grants.ts'
import type { TenantFacts } from '#workloads/gdap/rules/settings.ts'
import { relationship } from '#workloads/gdap/types.ts'
import { models } from '#workloads/models.ts'
import { type NeededRole, neededRole } from '#workloads/term-store/rules/roles/needed-role.ts'
import { appoint, holdersIn } from '#workloads/term-store/rules/roles/role-holders.ts'
import { store as termStore } from '#workloads/term-store/types.ts'
import type { TenantList } from './tenant-list.ts'

type Roles = Pick<RoleCatalogue, 'find'>

export interface AccessSideParts {
  readonly store: Store
  readonly tenants: TenantList
  readonly inTenant: EngineControls['inTenant']
  /** Whether the partner's users have to be in the group of that name. */
  readonly adminAgents: boolean
  readonly roles: Roles
  readonly grants: (
    customerTenantId: string,
    homeTenantId: string,
    userId: string,
  ) => Promise<readonly DelegatedGrant[]>
}

type Person = RowOf<typeof user>
interface Resident {
  readonly row: Person
  readonly tenantId: string
}

function roleNamed(roles: Roles, id: string): NamedObject {
  return { id, displayName: roles.find(id)?.name ?? id }
}

async function needTenant(
  tenants: TenantList,
  idOrDomain: string,
  isShown: (tenantId: string) => Promise<boolean> = async () => true,
): Promise<TenantFacts> {
  await tenants.refresh()
  const found = tenants.find(idOrDomain)
  if (found !== undefined && (await isShown(found.id))) return found
  throw new AppError('notFound', `There is no tenant '${idOrDomain}'.`, { target: 'tenant' })
}

/** The home tenant of a user, by id or sign-in name. */
async function needPerson({ store, tenants }: AccessSideParts, wanted: string, within?: string): Promise<Resident> {
  const id = guidOf(wanted)
  for (const { id: tenantId } of within === undefined ? tenants.all() : [{ id: within }]) {
    const row = await store.read(tenantId, async (tx): Promise<Person | undefined> => {
      if (id !== undefined) return tx.get(user, id)
      return (await tx.find(user, { userPrincipalName: wanted }, 1))[0]
    })
    if (row !== undefined) return { row, tenantId }
  }
  const where = within === undefined ? 'No tenant has a user' : 'Your tenant has no user'
  throw new AppError('notFound', `${where} '${wanted}'.`, { target: 'user' })
}

interface Asked {
  readonly permissions: readonly string[]
  /** Directory roles that permit it to users of another tenant. */
  readonly delegated: readonly string[]
  readonly type: EntityType
  readonly verb: Verb
  readonly steps: readonly PathStep[]
}

function guardOfRead({ target, nav, root }: PathStep): EntityType {
  return guardedBy(target, nav ?? root)
}

/** The rights that the models require. Throws what a request would: `invalid`, `notAllowed`, `unsupported`. */
function askedBy({ method, version, path }: NonNullable<AccessQuestion['action']>): Asked {
  const model = models[version]
  const { steps, call, property, ref } = resolvePath(model, path, false)
  const last = steps.at(-1)
  if (call === undefined && last === undefined)
    throw new AppError('invalid', `'${path}' is no address of a resource.`, { target: 'action' })
  const verb: Verb =
    call === undefined
      ? verbOf(property === undefined || method === 'GET' ? method : 'PATCH', last as PathStep, false, ref)
      : call.kind === 'function' || call.facts.reads === true
        ? 'get'
        : 'update'
  const isLink = verb === 'link' || verb === 'unlink'
  const type = call?.of ?? (isLink ? guardOf(model, steps) : guardOfRead(last as PathStep))
  const side = isReading(verb) ? 'read' : 'write'
  return {
    permissions: (call === undefined ? type.scopes?.[side] : call.facts.scopes) ?? [],
    delegated: type.delegated?.[side] ?? [],
    type,
    verb,
    steps,
  }
}

function accessRouteOf(
  { relationship, assignmentId, group, roles, until }: DelegatedGrant,
  opening: readonly string[],
  catalogue: Roles,
): AccessRoute {
  return {
    relationship,
    assignment: { id: assignmentId },
    group,
    roles: opening.filter((role) => roles.includes(role)).map((role) => roleNamed(catalogue, role)),
    until,
  }
}

function reasonOf(
  person: string,
  routes: readonly AccessRoute[],
  grants: readonly DelegatedGrant[],
  asked: Asked | undefined,
  catalogue: Roles,
): string {
  const [first] = routes
  if (first !== undefined) {
    const held = first.roles.map(({ displayName }) => displayName).join(', ')
    return `${person} is in ${first.group.displayName}, which '${first.relationship.displayName}' gives ${held}.`
  }
  if (grants.length === 0)
    return `No active relationship has an active assignment to a group that ${person} is in, or ${person} may not sign in.`
  const held = [...new Set(grants.flatMap(({ roles }) => roles))]
    .map((id) => roleNamed(catalogue, id).displayName)
    .join(', ')
  const wanted = asked?.delegated.map((id) => roleNamed(catalogue, id).displayName).join(', ')
  return wanted === undefined || wanted === ''
    ? `${person} holds ${held}; no role opens this to another tenant.`
    : `${person} holds ${held}; one of ${wanted} is needed.`
}

function factsOf(question: AccessQuestion, asked: Asked | undefined, person: Person, tenantId: string) {
  return {
    user: {
      id: person.id,
      displayName: person.displayName ?? person.id,
      userPrincipalName: person.userPrincipalName ?? person.id,
      tenantId,
    },
    ...(question.action === undefined ? {} : { action: `${question.action.method} ${question.action.path}` }),
    ...(asked === undefined ? {} : { permissions: asked.permissions }),
  }
}

type Outcome = Pick<AccessAnswer, 'allowed' | 'roles' | 'by' | 'until' | 'reason'>

/** For a user of another tenant: the rights by relationships. */
async function fromElsewhere(
  parts: AccessSideParts,
  asked: Asked | undefined,
  person: Resident,
  tenantId: string,
): Promise<Outcome> {
  const grants = await parts.grants(tenantId, person.tenantId, person.row.id)
  const routes = grants
    .map((grant) => accessRouteOf(grant, asked?.delegated ?? grant.roles, parts.roles))
    .filter(({ roles }) => roles.length > 0)
  return {
    allowed: routes.length > 0,
    ...(asked === undefined ? {} : { roles: asked.delegated.map((id) => roleNamed(parts.roles, id).displayName) }),
    by: routes,
    until:
      routes
        .map(({ until }) => until)
        .sort()
        .at(-1) ?? null,
    reason: reasonOf(person.row.displayName ?? person.row.id, routes, grants, asked, parts.roles),
  }
}

function isOfGdap({ name }: EntityType): boolean {
  return /\.delegatedAdmin/.test(name)
}

/** What the resource requires of a user of its own tenant beyond the token's permissions. */
async function secondLayer(
  { store, adminAgents }: AccessSideParts,
  asked: Asked | undefined,
  { row, tenantId }: Resident,
): Promise<NeededRole | undefined> {
  if (asked === undefined) return undefined
  const actor: Actor = { kind: 'user', tenantId, userId: row.id, permissions: new Set() }
  return store.read(tenantId, async (tx) => {
    const lack = await lackedRole(tx, actor, asked)
    if (lack !== undefined) return { wanted: lack.wanted, held: lack.held.join(', ') || undefined, isEnough: false }
    if (!adminAgents || !isOfGdap(asked.type)) return neededRole(tx, actor, asked)
    const isEnough = await isAgent({ tx, actor })
    return { wanted: [agentsGroup], held: isEnough ? agentsGroup : undefined, isEnough }
  })
}

function reasonAtHome({ row }: Resident, needed: NeededRole | undefined): string {
  if (row.accountEnabled !== true) return `${row.displayName} may not sign in.`
  if (needed === undefined) return `${row.displayName} is at home there: a token with one of the permissions is enough.`
  const held = needed.held ?? 'nothing of the kind'
  return `${row.displayName} is ${held}; beside the permission one of ${needed.wanted.join(', ')} is needed.`
}

/** In the home tenant the token decides first, which is not known here. */
async function atHome(parts: AccessSideParts, asked: Asked | undefined, person: Resident): Promise<Outcome> {
  const needed = await secondLayer(parts, asked, person)
  return {
    allowed: person.row.accountEnabled === true && needed?.isEnough !== false,
    ...(needed === undefined ? {} : { roles: needed.wanted }),
    by: [],
    until: null,
    reason: reasonAtHome(person, needed),
  }
}

/** Whether a partner may know of a tenant: it is its own, or a customer in one of its relationships. */
function knownTo({ store }: AccessSideParts, partnerId: string) {
  return async (tenantId: string): Promise<boolean> =>
    tenantId === partnerId ||
    (await store.read(partnerId, (tx) => tx.has(relationship, { customerTenantId: tenantId })))
}

export function explainWith(parts: AccessSideParts): Explain {
  return async (question, within) => {
    const isShown = within === undefined ? undefined : knownTo(parts, within)
    const tenant = await needTenant(parts.tenants, question.tenant, isShown)
    const person = await needPerson(parts, question.user, within)
    const asked = question.action === undefined ? undefined : askedBy(question.action)
    const isHome = person.tenantId === tenant.id
    const outcome = await (isHome ? atHome(parts, asked, person) : fromElsewhere(parts, asked, person, tenant.id))
    const { allowed, ...others } = outcome
    return {
      allowed,
      ...factsOf(question, asked, person.row, person.tenantId),
      tenant: { id: tenant.id, displayName: tenant.displayName },
      ...others,
    }
  }
}

const guardedRead = relationship.scopes?.read ?? []

/** In a registry: users in AdminAgents of their own tenant, whose token lets them read relationships. */
export function explainToAgents(
  { store }: Pick<AccessSideParts, 'store'>,
  needActor: (request: OwnRequest) => Promise<Actor>,
): ExplainTo {
  return async (request) => {
    const actor = await needActor(request)
    const { kind, tenantId, homeTenantId, permissions } = actor
    const wanted = guardedRead.filter((one) => permissions.has(one))
    if (wanted.length === 0)
      throw lacking('The token has no permission to read relationships.', {
        layer: 'permission',
        wanted: guardedRead,
        held: [...permissions],
      })
    const isOne =
      kind === 'user' && homeTenantId === undefined && (await store.read(tenantId, (tx) => isAgent({ tx, actor })))
    if (!isOne)
      throw lacking(`Only members of the group ${agentsGroup} may ask this.`, {
        layer: 'role',
        wanted: [agentsGroup],
        held: [],
      })
    return tenantId
  }
}

function nobody(tenantId: string): Actor {
  return { kind: 'system', tenantId, permissions: new Set() }
}

/** The token has to be of that tenant, and a read permission does not allow changes. */
function checkActor(actor: Actor, tenantId: string | undefined): void {
  const wanted = termStore.scopes?.write ?? []
  if (actor.tenantId === tenantId && wanted.some((one) => actor.permissions.has(one))) return
  const held = actor.tenantId === tenantId ? [...actor.permissions] : []
  const message = 'The current user has insufficient permissions to perform this operation.'
  throw lacking(message, { layer: 'permission', wanted, held }, { code: 'accessDenied', spec: 'term-store.md §2.2' })
}

export function termStoreRolesWith({ store, tenants, inTenant }: AccessSideParts): TermStoreRoles {
  return {
    list: async (tenant) => {
      const { id } = await needTenant(tenants, tenant)
      return { tenantId: id, ...(await store.read(id, holdersIn)) }
    },
    change: async (tenant, change, actor) => {
      // Who may change one of them does not learn from the refusal which others there are.
      if (actor !== undefined) {
        await tenants.refresh()
        checkActor(actor, tenants.find(tenant)?.id)
      }
      const { id } = await needTenant(tenants, tenant)
      const work = (context: WriteContext) => appoint(context, change, actor !== undefined)
      const holders = await inTenant(id, actor ?? nobody(id), work, { verb: 'setRoles' })
      return { tenantId: id, ...holders }
    },
  }
}
