/**
 * The objects of a directory, and who is a member of what: directly, or through groups in groups. Users, groups and roles
 * are rows of one table, because a link may lead to any of them.
 */
import { entityType, type Guard, many, one, returning } from '#edm/define.ts'
import { flag, instant, text } from '#edm/props.ts'
import { all, type Closure, type ClosureStep, constant, type Expr, equal, member, param, same } from '#edm/query.ts'
import { entity } from '../common.ts'
import { delegatedPeople, delegatedRoles } from './delegated-roles.ts'
import { docs, groupScopes, ns, permissions, roleScopes, userScopes } from './objects.ts'

const directoryObjectName = `${ns}.directoryObject`
const membershipName = 'relata.membership'
const holdingName = 'relata.roleHolding'

function readers(scopes: readonly string[], delegated: NonNullable<Guard['delegated']>): Guard {
  return { scopes: { read: [...new Set(scopes)], write: [] }, delegated }
}

const people = [...userScopes.read, ...groupScopes.read]
/** What Graph’s pages of the links ask for: who is in a group, what somebody is in, who holds a role. */
const readsMembers = readers([...groupScopes.read, ...userScopes.read], delegatedPeople)
const readsMemberOf = readers(people, delegatedPeople)
const readsOwnMemberOf = readers(['User.Read', 'User.ReadWrite', ...people], delegatedPeople)
/** `GET /directoryObjects/{id}`, whatever the object is. */
export const readsAnything = readers(permissions([], []).read, {
  read: [...delegatedPeople.read, ...delegatedRoles.read],
  write: [],
})
const readsHolders = readers([...roleScopes.read, ...userScopes.read], delegatedRoles)

/** The object with the id in the row key `from` leads to those in `to`. */
function linked(type: string, from: string, to: string): Expr {
  return { op: 'linked', type, key: to, as: 'link', where: equal(member(from, 'link'), param('from')) }
}

function step(type: string, from: string, to: string): ClosureStep {
  return { type, where: { [from]: { state: 'node' } }, context: 'context', node: { key: to } }
}

function closure(name: string, steps: readonly ClosureStep[]): Closure {
  const start = { type: directoryObjectName, where: { id: { param: 'from' } } } as const
  return { name, seeds: [{ ...start, context: { key: 'id' }, node: { key: 'id' } }], steps }
}

const inGroup = ['memberId', 'groupId'] as const
const inRole = ['userId', 'roleTemplateId'] as const

/** Groups that an object is in, through groups in groups. */
export const groupsAbove = closure('groupsAbove', [step(membershipName, ...inGroup)])
/** The same, and the roles. */
export const above = closure('above', [step(membershipName, ...inGroup), step(holdingName, ...inRole)])
const below = closure('below', [step(membershipName, 'groupId', 'memberId')])

function reachedBy(way: Closure): Expr {
  return { op: 'reached', closure: way, bind: { from: param('from') } }
}

const bind = { from: 'id' }

/** Value of `visibility` of groups whose members only `Member.Read.Hidden` shows. */
export const hiddenMembership = 'HiddenMembership'
/** Scopes: without what is hidden, and the whole. Rules choose by the permission (rules/hidden-members.ts). */
export const wholeScope = 'whole'

function shows(visibility: Expr): Expr {
  return { op: 'not', arg: same(visibility, constant(hiddenMembership)) }
}

/** Groups that something is in, without those that hide their members. */
function openGroups(...branches: readonly Expr[]) {
  const whole = { branches, bind }
  return {
    own: { branches: branches.map((branch) => all(branch, shows(member('visibility')))), bind },
    [wholeScope]: whole,
  }
}

/** Members of a group, or nobody if it hides them. */
function openMembers(branch: Expr) {
  const own = { branches: [all(branch, shows(param('visibility')))], bind: { ...bind, visibility: 'visibility' } }
  return { own, [wholeScope]: { branches: [branch], bind } }
}
/** Links lead to rows of these sets, and their contexts name them: gdap.md §7.6. */
const rowsIn = {
  [directoryObjectName]: 'directoryObjects',
  [`${ns}.user`]: 'users',
  [`${ns}.group`]: 'groups',
  [`${ns}.directoryRole`]: 'directoryRoles',
}
const read = { list: 'docs', get: 'metadata' } as const

/** The links from an object to what it is in. */
function upwards(guard: Guard) {
  return {
    memberOf: many(directoryObjectName, {
      doc: 'Groups it is in, and directory roles it holds.',
      can: read,
      guard,
      rowsIn,
      scopes: openGroups(linked(membershipName, ...inGroup), linked(holdingName, ...inRole)),
    }),
    transitiveMemberOf: many(directoryObjectName, {
      doc: 'The same, and what these groups are in.',
      can: read,
      guard,
      rowsIn,
      scopes: openGroups(reachedBy(above)),
    }),
  }
}

export const isIn = upwards(readsMemberOf)
export const iAmIn = upwards(readsOwnMemberOf)

export const hasMembers = {
  members: many(directoryObjectName, {
    doc: 'Who is in it: users, and security groups.',
    can: { list: 'docs', get: 'observed', link: 'docs', unlink: 'docs' },
    guard: readsMembers,
    rowsIn,
    linkedBy: { type: membershipName, from: 'groupId', to: 'memberId' },
    scopes: openMembers(linked(membershipName, 'groupId', 'memberId')),
    binds: 20,
  }),
  transitiveMembers: many(directoryObjectName, {
    doc: 'Who is in it, or in a group that is in it.',
    can: { list: 'docs', get: 'metadata' },
    guard: readsMembers,
    rowsIn,
    scopes: openMembers(reachedBy(below)),
  }),
}

export const hasHolders = many(directoryObjectName, {
  doc: 'Who holds it.',
  can: { list: 'docs', get: 'observed', link: 'docs', unlink: 'docs' },
  guard: readsHolders,
  rowsIn,
  linkedBy: { type: holdingName, from: 'roleTemplateId', to: 'userId' },
})

const ids = { nullable: false, collection: true } as const
/** What may suffice; what does is decided by what the object is (rules/what-it-is-in.ts). */
const asks = { scopes: groupScopes.read, evidence: 'docs', reads: true } as const
const asksObjects = {
  ...asks,
  scopes: [...new Set(['User.Read', 'User.ReadWrite', ...people, ...groupScopes.read])],
} as const
const returnsIds = returning('Edm.String', { collection: true })
const securityEnabledOnly = flag({ sample: false, doc: 'Whether only security-enabled groups count.' })

/** Not abstract in Graph, but all our objects are of derived types. */
export const directoryObject = entityType(directoryObjectName, {
  doc: 'An object of the directory.',
  source: `${docs}directoryobject`,
  base: entity,
  partial: true,
  unservedFunctions: ['delta'],
  keys: 'guid',
  dialect: 'directory',
  readOnlyMembers: 'refuse',
  mixed: true,
  limited: true,
  typed: true,
  page: { size: 100, most: 999 },
  // Each link says what it asks for; these are for what has no link.
  scopes: { read: [...new Set([...people, ...roleScopes.read])], write: [] },
  delegated: { read: [...new Set([...delegatedPeople.read, ...delegatedRoles.read])], write: [] },
  props: { deletedDateTime: instant({ readOnly: true, doc: 'When it was deleted.' }) },
  navs: {},
  indexes: [
    { keys: ['kind'] },
    { keys: ['kind', 'displayName'] },
    { keys: ['userPrincipalName'], unique: true },
    { keys: ['roleTemplateId'], unique: true },
  ],
  actions: {
    getMemberGroups: {
      ...asks,
      doc: 'Ids of the groups it is in, through groups in groups.',
      params: { securityEnabledOnly },
      returns: returnsIds,
    },
    checkMemberGroups: {
      ...asks,
      doc: 'Which of these groups it is in, through groups in groups.',
      params: { groupIds: text({ ...ids, doc: 'Ids of groups, 20 at most.' }) },
      returns: returnsIds,
    },
    getMemberObjects: {
      ...asksObjects,
      doc: 'Ids of the groups it is in and of the directory roles it holds, through groups in groups.',
      params: { securityEnabledOnly },
      returns: returnsIds,
    },
    checkMemberObjects: {
      ...asksObjects,
      doc: 'Which of these groups and directory roles it is in, through groups in groups.',
      params: { ids: text({ ...ids, doc: 'Ids of groups and directory roles, 20 at most.' }) },
      returns: returnsIds,
    },
  },
})

export const membership = entityType(membershipName, {
  doc: 'That a user or a group is in a group.',
  source: 'https://learn.microsoft.com/graph/api/group-post-members',
  published: false,
  dialect: 'directory',
  scopes: permissions([], ['GroupMember.ReadWrite.All', 'Group.ReadWrite.All']),
  delegated: delegatedPeople,
  props: { id: text({ nullable: false, readOnly: true, doc: 'Unique identifier.' }) },
  navs: {
    group: one(`${ns}.group`, { stored: true, held: true, doc: 'The group.' }),
    member: one(directoryObjectName, { stored: true, held: true, doc: 'The user or the group in it.' }),
  },
  indexes: [{ keys: ['groupId', 'memberId'], unique: true }, { keys: ['memberId', 'groupId'] }],
})
