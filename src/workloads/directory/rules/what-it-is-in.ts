/**
 * What an object is in, through groups in groups: learn.microsoft.com/graph/api/directoryobject-getmembergroups,
 * …-getmemberobjects, …-checkmembergroups, …-checkmemberobjects. Their pages say which permissions they ask for, by what
 * the object is (gdap.md §7.6): some ask for two, which the model, where one is enough, cannot say.
 */
import { AppError, lacking } from '#base/errors.ts'
import { guidIn } from '#base/ids.ts'
import { type Behaviour, behaviour, type Located, type ReadContext, type ReadTx, refuse } from '#edm/ports.ts'
import { above, directoryObject, groupsAbove } from '../membership.ts'
import { directoryScopes, groupScopes } from '../objects.ts'
import { group, signedInUser, user } from '../people.ts'
import { hiddenMember, hiddenScope, withoutHidden } from './hidden-members.ts'
import { badRequest } from './refusals.ts'

/** More are answered 400 (the pages of getMemberGroups and getMemberObjects). */
const mostFound = 11_000
/** Ids in one check (the pages of checkMemberGroups and checkMemberObjects). */
const mostChecked = 20

/** Permissions of which all sets have to be met, by one each. */
type Asked = readonly (readonly string[])[]

const ownPermissions = ['User.Read', 'User.ReadWrite']
const userPermissions = ['User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite.All']

/** Alternatives, beside a permission for the whole directory. */
function askedFor(at: Located | undefined, roles: boolean): readonly Asked[] {
  const name = at?.type.name
  if (at?.from === undefined && at?.nav === 'directoryObjects')
    return roles ? [] : [[userPermissions, groupScopes.read]]
  if (name !== user.name && name !== signedInUser.name) return [[groupScopes.read]]
  const own = name === signedInUser.name ? ownPermissions : []
  if (!roles) return [[[...own, ...userPermissions], groupScopes.read]]
  return [[[...own, 'User.Read.All', 'User.ReadWrite.All']], [['User.ReadBasic.All'], groupScopes.read]]
}

/** Refuses who holds the permissions of no alternative. */
function checkMayAsk(context: ReadContext, at: Located | undefined, roles: boolean): void {
  const { permissions } = context.actor
  const holds = (one: readonly string[]): boolean => one.some((permission) => permissions.has(permission))
  const alternatives = askedFor(at, roles)
  if (holds(directoryScopes.read) || alternatives.some((all) => all.every(holds))) return
  const wanted = [...directoryScopes.read, ...alternatives.map((all) => all.map((one) => one.join(' | ')).join(' & '))]
  const lack = { layer: 'permission', wanted, held: [...permissions] } as const
  refuse(context, lacking('Insufficient privileges to complete the operation.', lack, { spec: 'gdap.md §7.6' }))
}

interface Wanted {
  readonly roles: boolean
  readonly securityEnabledOnly: boolean
}

async function withSecurity(tx: ReadTx, groups: readonly string[]): Promise<readonly string[]> {
  const rows = await Promise.all(groups.map((id) => tx.get(group, id)))
  return groups.filter((_, at) => rows[at]?.securityEnabled === true)
}

/** Ids of what the object is in, directly first. */
async function foundAbove(
  context: ReadContext,
  at: Located | undefined,
  { roles, securityEnabledOnly }: Wanted,
): Promise<readonly string[]> {
  const { tx } = context
  const from = at?.id ?? ''
  // Roles are never among the groups with security enabled.
  const states = await tx.query(roles && !securityEnabledOnly ? above : groupsAbove, { from })
  const nodes = await withoutHidden(
    context,
    states.map(({ node }) => node).filter((node) => node !== from),
  )
  const found = securityEnabledOnly ? await withSecurity(tx, nodes) : nodes
  if (found.length <= mostFound) return found
  throw new AppError('invalid', `There are more than ${mostFound} ids: read transitiveMemberOf instead.`, {
    code: 'Directory_ResultSizeLimitExceeded',
  })
}

async function wantedBy(tx: ReadTx, at: Located | undefined, roles: boolean, only: unknown): Promise<Wanted> {
  // Documented: true is supported for users only.
  if (only === true && (await tx.get(user, at?.id ?? '')) === undefined)
    throw badRequest("'securityEnabledOnly' can be true for a user only.", 'securityEnabledOnly')
  return { roles, securityEnabledOnly: only === true }
}

function checkedIds(value: unknown, target: string): string[] {
  const given = value as readonly string[]
  if (given.length > mostChecked) throw badRequest(`'${target}' has at most ${mostChecked} ids.`, target)
  return given.map((text, index) => {
    const id = guidIn(text)
    if (id === undefined) throw badRequest(`'${text}' is not a GUID.`, `${target}/${index}`)
    return id
  })
}

export const directoryObjectBehaviour: Behaviour = behaviour(directoryObject, {
  scope: hiddenScope,
  locate: hiddenMember,

  operations: {
    getMemberGroups: {
      query: async (context, at, { securityEnabledOnly }) => {
        checkMayAsk(context, at, false)
        return foundAbove(context, at, await wantedBy(context.tx, at, false, securityEnabledOnly))
      },
    },
    getMemberObjects: {
      query: async (context, at, { securityEnabledOnly }) => {
        checkMayAsk(context, at, true)
        return foundAbove(context, at, await wantedBy(context.tx, at, true, securityEnabledOnly))
      },
    },
    checkMemberGroups: {
      query: async (context, at, { groupIds }) => {
        checkMayAsk(context, at, false)
        const asked = checkedIds(groupIds, 'groupIds')
        const found = new Set(await foundAbove(context, at, { roles: false, securityEnabledOnly: false }))
        return asked.filter((id) => found.has(id))
      },
    },
    checkMemberObjects: {
      query: async (context, at, { ids }) => {
        checkMayAsk(context, at, true)
        const asked = checkedIds(ids, 'ids')
        const found = new Set(await foundAbove(context, at, { roles: true, securityEnabledOnly: false }))
        return asked.filter((id) => found.has(id))
      },
    },
  },
})
