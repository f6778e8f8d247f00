/**
 * Directory roles. A tenant keeps one row for each built-in role; `unifiedRoleDefinition` and `directoryRoleTemplate`
 * show the same row as two types. A `directoryRole` is one that the tenant uses; its id is that of its template.
 */
import { entityType, many, one } from '#edm/define.ts'
import { flag, instant, text } from '#edm/props.ts'
import { constant } from '#edm/query.ts'
import { entity } from '../common.ts'
import { delegatedRoles } from './delegated-roles.ts'
import { directoryObject, hasHolders } from './membership.ts'
import { column, docs, ns, roleScopes as scopes } from './objects.ts'

const page = { size: 200, most: 999 }

const tenantWide = 'relata.tenant'

export const unifiedRoleDefinition = entityType(`${ns}.unifiedRoleDefinition`, {
  doc: 'A role and what it is for. Only built-in ones are there.',
  source: `${docs}unifiedroledefinition`,
  base: entity,
  partial: true,
  keys: 'guid',
  dialect: 'directory',
  scopes: { ...scopes, read: [...scopes.read, 'RoleManagement.Read.All'] },
  delegated: delegatedRoles,
  page,
  order: ['displayName'],
  props: {
    description: text({ readOnly: true, doc: 'What who holds it may do.' }),
    displayName: text({ readOnly: true, fold: true, doc: 'Name of the role.' }),
    isBuiltIn: flag({ readOnly: true, initial: true, doc: 'Whether it comes with the directory.' }),
    isEnabled: flag({ readOnly: true, initial: true, doc: 'Whether it may be given to anyone.' }),
    resourceScopes: text({ nullable: false, collection: true, readOnly: true, doc: 'Where it holds; always “/”.' }),
    templateId: text({ guid: true, readOnly: true, doc: 'The same as its id for a built-in role.' }),
    isPrivileged: flag({
      readOnly: true,
      initial: false,
      published: ['beta'],
      doc: 'Whether who holds it could take over the directory.',
    }),
    deletedDateTime: instant({ ...column, doc: 'When it was deleted: never.' }),
    category: text({ ...column, doc: 'Group of roles Microsoft’s bulk tool shows it in.' }),
    isAssignable: flag({
      ...column,
      nullable: false,
      initial: false,
      doc: 'Whether partners’ tools are known to ask for it (gdap.md §A).',
    }),
    withheld: text({ ...column, doc: 'Why nobody is given it: its state. Null: it is offered.' }),
    facts: text({ ...column, doc: 'What else the catalogue says of it, as JSON. Null: what Relata’s own list says.' }),
  },
  navs: {},
  indexes: [{ keys: ['displayName'] }],
})

export const directoryRoleTemplate = entityType(`${ns}.directoryRoleTemplate`, {
  doc: 'A built-in role, whether the tenant uses it or not.',
  source: `${docs}directoryroletemplate`,
  base: directoryObject,
  over: unifiedRoleDefinition,
  partial: true,
  scopes,
  delegated: delegatedRoles,
  order: ['displayName'],
  // Below no type: roles that nobody is given are in no listing.
  visibleIn: { key: 'withheld', ancestor: tenantWide, ancestorKey: 'id' },
  props: {
    description: text({ readOnly: true, doc: 'What who holds it may do.' }),
    displayName: text({ readOnly: true, fold: true, doc: 'Name of the role.' }),
    withheld: text({ ...column, doc: 'Why nobody is given it.' }),
  },
  navs: {},
})

export const directoryRole = entityType(`${ns}.directoryRole`, {
  doc: 'A built-in role that the tenant uses.',
  source: `${docs}directoryrole`,
  base: directoryObject,
  partial: true,
  typed: false,
  keyName: 'roleTemplateId',
  scopes,
  delegated: delegatedRoles,
  page,
  order: ['displayName'],
  props: {
    description: text({ readOnly: true, doc: 'What who holds it may do.' }),
    displayName: text({ readOnly: true, fold: true, doc: 'Name of the role.' }),
    roleTemplateId: text({
      guid: true,
      required: true,
      sample: '4a5d8f65-41da-4de4-8968-e035b65339cf',
      doc: 'Id of its template.',
    }),
  },
  navs: { members: hasHolders },
})

export const roleHolding = entityType('relata.roleHolding', {
  doc: 'That a user holds a directory role.',
  source: 'https://learn.microsoft.com/graph/api/directoryrole-post-members',
  published: false,
  dialect: 'directory',
  scopes,
  delegated: delegatedRoles,
  props: {
    id: text({ nullable: false, readOnly: true, doc: 'Unique identifier.' }),
    roleTemplateId: text({ guid: true, nullable: false, doc: 'Template id of the role.' }),
  },
  navs: { user: one(`${ns}.user`, { stored: true, held: true, doc: 'Who holds it.' }) },
  indexes: [{ keys: ['roleTemplateId', 'userId'], unique: true }, { keys: ['userId', 'roleTemplateId'] }],
})

/** The one application whose roles are served. */
export const rbacApplication = entityType(`${ns}.rbacApplication`, {
  doc: 'Roles of one application.',
  source: `${docs}rbacapplication`,
  base: entity,
  stored: false,
  partial: true,
  dialect: 'directory',
  scopes,
  delegated: delegatedRoles,
  props: {},
  navs: {
    roleDefinitions: many(`${ns}.unifiedRoleDefinition`, {
      contained: true,
      doc: 'Its roles.',
      can: { list: 'docs', get: 'docs', create: 'later' },
      scopes: { own: { branches: [constant(true)], bind: {} } },
    }),
  },
})

export const roleManagement = entityType(`${ns}.roleManagement`, {
  doc: 'Roles by application.',
  source: `${docs}rolemanagement`,
  stored: false,
  partial: true,
  dialect: 'directory',
  scopes,
  delegated: delegatedRoles,
  props: {},
  navs: {
    directory: one(`${ns}.rbacApplication`, {
      contained: true,
      only: true,
      doc: 'Roles of the directory.',
      can: { get: 'later' },
    }),
  },
})
