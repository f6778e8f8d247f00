/** The directory: tenants, applications, users, groups, roles and audit records. */
import { entityType, type Root, type Workload } from '#edm/define.ts'
import { complex, complexType, flag, instant, text, whole } from '#edm/props.ts'
import { auditComplexes, auditEnums, auditLogRoot, directoryAudit, outboxEvent } from './audit.ts'
import { delegatedTenant } from './delegated-roles.ts'
import { directoryObject, membership, readsAnything } from './membership.ts'
import { docs, ns, permissions } from './objects.ts'
import { group, passwordProfile, signedInUser, user } from './people.ts'
import {
  directoryRole,
  directoryRoleTemplate,
  rbacApplication,
  roleHolding,
  roleManagement,
  unifiedRoleDefinition,
} from './roles.ts'

const source = 'our decision: tenants and applications are data of the built-in issuer (docs/sign-in.md)'

export const verifiedDomain = complexType(`${ns}.verifiedDomain`, 'A domain of an organisation.', {
  capabilities: text({ doc: 'Services it is used with.' }),
  isDefault: flag({ doc: 'Whether new users are in it.' }),
  isInitial: flag({ doc: 'Whether it came with the tenant.' }),
  name: text({ fold: true, doc: 'The domain.' }),
  type: text({ doc: 'Managed or Federated.' }),
})

export const tenant = entityType('relata.tenant', {
  doc: 'One organisation.',
  source,
  published: false,
  props: {
    id: text({ nullable: false, readOnly: true, doc: 'Directory (tenant) id.' }),
    displayName: text({ nullable: false, doc: 'Name of the organisation.' }),
    defaultDomain: text({
      nullable: false,
      fold: true,
      doc: 'Domain that may stand for the tenant id in sign-in addresses.',
    }),
    createdDateTime: instant({ doc: 'When it was made.' }),
    deletedDateTime: instant({ doc: 'When it was deleted: never.' }),
    countryLetterCode: text({ doc: 'Two-letter code of its country.' }),
    preferredLanguage: text({ doc: 'Language of its services.' }),
    tenantType: text({ initial: 'AAD', doc: 'Kind of directory.' }),
    verifiedDomains: complex(verifiedDomain, { nullable: false, collection: true, doc: 'Its domains.' }),
    roleCatalogue: text({ doc: 'Of which catalogue its roles are, as JSON (docs/adr/0050).' }),
  },
  navs: {},
})

/** One row in each tenant; its id is the tenant’s. */
export const organization = entityType(`${ns}.organization`, {
  doc: 'The organisation a tenant belongs to.',
  source: `${docs}organization`,
  base: directoryObject,
  over: tenant,
  partial: true,
  keys: 'guid',
  dialect: 'directory',
  scopes: permissions(['Organization.Read.All'], ['Organization.ReadWrite.All']),
  delegated: delegatedTenant,
  props: {
    countryLetterCode: text({ readOnly: true, doc: 'Two-letter code of its country.' }),
    createdDateTime: instant({ readOnly: true, doc: 'When it was made.' }),
    displayName: text({ readOnly: true, doc: 'Name of the organisation.' }),
    preferredLanguage: text({ readOnly: true, doc: 'Language of its services.' }),
    tenantType: text({ readOnly: true, doc: 'Kind of directory.' }),
    verifiedDomains: complex(verifiedDomain, {
      nullable: false,
      collection: true,
      readOnly: true,
      doc: 'Its domains.',
    }),
  },
  navs: {},
})

function texts(doc: string) {
  return text({ nullable: false, collection: true, doc })
}

/** Left out of the workload’s complex types: `$metadata` is Graph’s, and Graph has no such types. */
const registration = complexType('relata.registration', 'What an application is and where it may sign people in.', {
  displayName: text({ nullable: false, doc: 'Name shown to people.' }),
  webRedirectUris: texts('Redirect URIs whose codes are redeemed with a proof.'),
  spaRedirectUris: texts('Redirect URIs whose codes are redeemed by the script of a page.'),
  nativeRedirectUris: texts('Redirect URIs whose codes are redeemed without a proof.'),
  isPublic: flag({ nullable: false, doc: 'Whether other flows need no proof.' }),
  idTokens: flag({ nullable: false, doc: 'Whether the authorization endpoint gives id tokens.' }),
  delegatedScopes: texts('Delegated permissions granted in this tenant.'),
  identifierUris: texts('URIs it is known by as a resource.'),
  exposedScopes: texts('Scopes it has as a resource.'),
  tokenVersion: whole({ nullable: false, doc: 'Version of the tokens it accepts.' }),
  certificates: texts('Certificates its assertions may be signed with, as PEM.'),
  assignedTo: texts('Ids of the people and groups that may sign in; empty: everybody.'),
})

export const application = entityType('relata.application', {
  doc: 'An application registered in a tenant; its id is the client id.',
  source,
  published: false,
  props: {
    id: text({ nullable: false, readOnly: true, doc: 'Application (client) id.' }),
    displayName: text({ nullable: false, doc: 'Name shown to people.' }),
    secretHash: text({ nullable: false, returned: 'never', doc: 'scrypt hash of the client secret, with its salt.' }),
    appRoles: text({ nullable: false, collection: true, doc: 'Application permissions granted in this tenant.' }),
    registration: complex(registration, { doc: 'How it signs people in; absent for a daemon.' }),
  },
  navs: {},
})

const roots: readonly Root[] = [
  {
    kind: 'set',
    name: 'organization',
    target: organization.name,
    doc: 'The organisation: always the one.',
    can: { list: 'docs', get: 'docs', update: 'later' },
  },
  {
    kind: 'set',
    name: 'users',
    target: user.name,
    doc: 'People of the tenant.',
    can: { list: 'docs', get: 'docs', create: 'docs', update: 'docs', delete: 'docs' },
  },
  {
    kind: 'singleton',
    name: 'me',
    target: signedInUser.name,
    located: true,
    doc: 'The user who asks.',
    can: { get: 'docs' },
  },
  {
    kind: 'set',
    name: 'groups',
    target: group.name,
    doc: 'Groups of the tenant.',
    can: { list: 'docs', get: 'docs', create: 'docs', update: 'docs', delete: 'docs' },
  },
  {
    kind: 'set',
    name: 'directoryObjects',
    target: directoryObject.name,
    doc: 'Objects of the directory, by id.',
    can: { list: 'later', get: 'docs', create: 'later', delete: 'later' },
    guard: readsAnything,
  },
  {
    kind: 'set',
    name: 'directoryRoles',
    target: directoryRole.name,
    doc: 'Roles the tenant uses.',
    can: { list: 'docs', get: 'docs', create: 'docs' },
  },
  {
    kind: 'set',
    name: 'directoryRoleTemplates',
    target: directoryRoleTemplate.name,
    doc: 'Roles the tenant could use.',
    can: { list: 'docs', get: 'docs' },
  },
  {
    kind: 'singleton',
    name: 'roleManagement',
    target: roleManagement.name,
    doc: 'Roles by application.',
    can: { get: 'metadata' },
  },
  {
    kind: 'singleton',
    name: 'auditLogs',
    target: auditLogRoot.name,
    doc: 'Logs of the tenant.',
    can: { get: 'metadata' },
  },
]

export const directory: Workload = {
  enums: auditEnums,
  complexes: [verifiedDomain, passwordProfile, ...auditComplexes],
  entities: [
    tenant,
    application,
    directoryObject,
    organization,
    user,
    signedInUser,
    group,
    membership,
    unifiedRoleDefinition,
    directoryRoleTemplate,
    directoryRole,
    roleHolding,
    rbacApplication,
    roleManagement,
    directoryAudit,
    outboxEvent,
    auditLogRoot,
  ],
  roots,
}
