/** Granular delegated admin privileges: gdap.md §1 and §2. The types of the 2022 drafts are in `draft.ts`. */
import { entityType, many, one, type Root, type Workload } from '#edm/define.ts'
import { choice, complex, duration, flag, instant, text } from '#edm/props.ts'
import { constant } from '#edm/query.ts'
import { entity } from '../common.ts'
import {
  accessContainer,
  accessDetails,
  assignmentStatus,
  complexes,
  customerParticipant,
  draftParticipant,
  enums,
  longRunningOperationStatus,
  operationType,
  relationshipStatus,
  requestAction,
  requestStatus,
  sampleRole,
  tenantInformation,
} from './values.ts'

const ns = 'microsoft.graph'
const docs = 'https://learn.microsoft.com/graph/api/resources/'

export const readPermissions = ['DelegatedAdminRelationship.Read.All', 'DelegatedAdminRelationship.ReadWrite.All']
export const writePermissions = ['DelegatedAdminRelationship.ReadWrite.All']
const scopes = { read: readPermissions, write: writePermissions }

/**
 * What all entities here have in common: gdap.md §2.3 (permissions, page size), §1.2 (`@odata.type` is always there).
 */
const common = {
  base: entity,
  keys: 'guids',
  dialect: 'graph',
  unknownMembers: 'refuse',
  readOnlyMembers: 'refuse',
  scopes,
  page: { size: 300, most: 300 },
  typed: true,
} as const
/** All rows of the tenant: they belong to the partner, who is the tenant. */
const ofTheTenant = { own: { branches: [constant(true)], bind: {} } }
const column = { returned: 'never', published: false, readOnly: true } as const

const madeAndChanged = {
  createdDateTime: instant({ readOnly: true, doc: 'When it was made.' }),
  lastModifiedDateTime: instant({ readOnly: true, doc: 'When it was last changed, by anyone or by time.' }),
}

export const relationship = entityType(`${ns}.delegatedAdminRelationship`, {
  ...common,
  doc: 'What a partner may do in a customer’s tenant, from the draft to its end.',
  source: `${docs}delegatedadminrelationship`,
  tag: 'required',
  stateful: true,
  deferredUpdates: true,
  props: {
    displayName: text({ nullable: false, required: true, fold: true, doc: 'Name, unique among the partner’s.' }),
    duration: duration({ nullable: false, required: true, doc: 'How long it lasts once active: P1D to P2Y.' }),
    autoExtendDuration: duration({ doc: 'By how much it is extended at its end: P180D, or zero for not at all.' }),
    status: choice(relationshipStatus, { readOnly: true, doc: 'Where it stands.' }),
    customer: complex(customerParticipant, { doc: 'Whose tenant it is about; null while anyone may approve it.' }),
    accessDetails: complex(accessDetails, { nullable: false, required: true, doc: 'The roles asked for.' }),
    ...madeAndChanged,
    activatedDateTime: instant({ readOnly: true, doc: 'When it became active.' }),
    endDateTime: instant({ readOnly: true, doc: 'When it will end, or ended; null before it was active.' }),
    partner: complex(draftParticipant, { ...column, doc: 'Who offers it, as the drafts show it.' }),
    customerTenantId: text({ ...column, doc: 'The customer’s tenant, as a row key for lookups.' }),
    lockedDateTime: instant({ ...column, doc: 'When it was offered to the customer.' }),
    isDraft: flag({
      ...column,
      nullable: false,
      initial: false,
      doc: 'Made through the drafts’ path: its name is unique among those for the same customer only.',
    }),
  },
  navs: {
    accessAssignments: many(`${ns}.delegatedAdminAccessAssignment`, {
      contained: true,
      inverse: 'relationship',
      startsContext: true,
      doc: 'Which groups of the partner hold which of the roles.',
      can: { list: 'docs', get: 'docs', create: 'docs', update: 'docs', delete: 'docs' },
    }),
    operations: many(`${ns}.delegatedAdminRelationshipOperation`, {
      contained: true,
      inverse: 'relationship',
      startsContext: true,
      doc: 'Long-running jobs that change it or its assignments.',
      can: { list: 'docs', get: 'docs' },
    }),
    requests: many(`${ns}.delegatedAdminRelationshipRequest`, {
      contained: true,
      inverse: 'relationship',
      startsContext: true,
      doc: 'What was asked to happen to it.',
      can: { list: 'docs', get: 'docs', create: 'docs' },
    }),
  },
  // The first two serve the filters of every known client: $filter=status eq … and customer/tenantId eq …, or one of
  // them.
  indexes: [
    { keys: ['customer/tenantId', 'status'] },
    { keys: ['status'] },
    { keys: ['customerTenantId', 'status'] },
    { keys: ['displayName'] },
  ],
  carry: ['status', 'customerTenantId'],
})

export const resellerRelationship = entityType(`${ns}.resellerDelegatedAdminRelationship`, {
  base: relationship,
  creatable: false,
  doc: 'A relationship that an indirect provider raised for one of its resellers.',
  source: `${docs}resellerdelegatedadminrelationship`,
  props: {
    indirectProviderTenantId: text({
      guid: true,
      nullable: false,
      readOnly: true,
      doc: 'Tenant of the indirect provider.',
    }),
    isPartnerConsentPending: flag({
      nullable: false,
      readOnly: true,
      doc: 'Whether the reseller has yet to approve or reject it.',
    }),
  },
  navs: {},
})

/** The link from rows below a relationship to it. */
const relationshipLink = one(`${ns}.delegatedAdminRelationship`, {
  stored: true,
  held: true,
  published: false,
  doc: 'The relationship it belongs to.',
})

export const assignment = entityType(`${ns}.delegatedAdminAccessAssignment`, {
  ...common,
  doc: 'Roles of a relationship given to a security group of the partner.',
  source: `${docs}delegatedadminaccessassignment`,
  tag: 'required',
  stateful: true,
  deferredUpdates: true,
  props: {
    status: choice(assignmentStatus, { readOnly: true, doc: 'Where it stands.' }),
    ...madeAndChanged,
    accessContainer: complex(accessContainer, { nullable: false, required: true, doc: 'The group.' }),
    accessDetails: complex(accessDetails, {
      nullable: false,
      required: true,
      // The group cannot be changed, so an example of a change is one of the roles.
      sample: { unifiedRoles: [{ roleDefinitionId: sampleRole }] },
      doc: 'Its roles.',
    }),
  },
  navs: { relationship: relationshipLink },
})

export const operation = entityType(`${ns}.delegatedAdminRelationshipOperation`, {
  ...common,
  doc: 'A job that changes a relationship or an assignment after the answer was given.',
  source: `${docs}delegatedadminrelationshipoperation`,
  tag: 'optional',
  props: {
    operationType: choice(operationType, { nullable: false, readOnly: true, doc: 'What it does.' }),
    data: text({ nullable: false, readOnly: true, doc: 'What it works on, as JSON in a string.' }),
    status: choice(longRunningOperationStatus, { nullable: false, readOnly: true, doc: 'Where it stands.' }),
    createdDateTime: instant({ nullable: false, readOnly: true, doc: 'When it was made.' }),
    lastModifiedDateTime: instant({ nullable: false, readOnly: true, doc: 'When it last went on.' }),
    targetId: text({ ...column, doc: 'Id of the relationship or assignment it changes.' }),
  },
  navs: { relationship: relationshipLink },
})

export const request = entityType(`${ns}.delegatedAdminRelationshipRequest`, {
  ...common,
  doc: 'A wish to move a relationship on.',
  source: `${docs}delegatedadminrelationshiprequest`,
  tag: 'optional',
  stateful: true,
  props: {
    action: choice(requestAction, { nullable: false, required: true, doc: 'What is to happen.' }),
    status: choice(requestStatus, { readOnly: true, doc: 'Where the request stands.' }),
    ...madeAndChanged,
  },
  navs: { relationship: relationshipLink },
})

export const customer = entityType(`${ns}.delegatedAdminCustomer`, {
  ...common,
  doc: 'A tenant the partner has a relationship in force with.',
  source: `${docs}delegatedadmincustomer`,
  tag: 'optional',
  props: {
    tenantId: text({ guid: true, nullable: false, readOnly: true, doc: 'Directory (tenant) id; the same as the id.' }),
    displayName: text({ readOnly: true, fold: true, doc: 'Name of the organisation.' }),
  },
  navs: {
    serviceManagementDetails: many(`${ns}.delegatedAdminServiceManagementDetail`, {
      contained: true,
      inverse: 'customer',
      doc: 'Where the customer’s services are administered.',
      can: { list: 'docs', get: 'metadata' },
    }),
  },
  indexes: [{ keys: ['displayName'] }],
})

export const serviceDetail = entityType(`${ns}.delegatedAdminServiceManagementDetail`, {
  ...common,
  doc: 'Where one service of a customer is administered.',
  source: `${docs}delegatedadminservicemanagementdetail`,
  props: {
    serviceName: text({ nullable: false, readOnly: true, doc: 'Name of the service.' }),
    serviceManagementUrl: text({ nullable: false, readOnly: true, doc: 'Address of its administration.' }),
  },
  navs: {
    customer: one(`${ns}.delegatedAdminCustomer`, {
      stored: true,
      held: true,
      published: false,
      doc: 'The customer.',
    }),
  },
})

const tenantFunction = {
  returns: tenantInformation,
  scopes: ['CrossTenantInformation.ReadBasic.All'],
  evidence: 'docs',
} as const

export const tenantRelationship = entityType(`${ns}.tenantRelationship`, {
  doc: 'A tenant’s relationships with other tenants.',
  source: `${docs}tenantrelationship`,
  stored: false,
  partial: true,
  dialect: 'graph',
  scopes,
  props: {},
  navs: {
    delegatedAdminCustomers: many(`${ns}.delegatedAdminCustomer`, {
      contained: true,
      startsContext: true,
      doc: 'Customers with a relationship in force.',
      can: { list: 'docs', get: 'docs' },
      scopes: ofTheTenant,
    }),
    delegatedAdminRelationships: many(`${ns}.delegatedAdminRelationship`, {
      contained: true,
      startsContext: true,
      doc: 'The partner’s relationships with its customers.',
      can: { list: 'docs', get: 'docs', create: 'docs', update: 'docs', delete: 'docs' },
      scopes: ofTheTenant,
    }),
  },
  functions: {
    findTenantInformationByTenantId: {
      ...tenantFunction,
      doc: 'The tenant with this id.',
      params: { tenantId: { type: 'Edm.String', doc: 'Directory (tenant) id.' } },
    },
    findTenantInformationByDomainName: {
      ...tenantFunction,
      doc: 'The tenant with this domain.',
      params: { domainName: { type: 'Edm.String', doc: 'One of its domains.' } },
    },
  },
})

const roots: readonly Root[] = [
  {
    kind: 'singleton',
    name: 'tenantRelationships',
    target: tenantRelationship.name,
    doc: 'The tenant’s relationships with other tenants.',
    can: { get: 'metadata' },
  },
]

export const tenantRelationships: Workload = {
  enums,
  complexes,
  entities: [
    assignment,
    customer,
    relationship,
    operation,
    request,
    serviceDetail,
    resellerRelationship,
    tenantRelationship,
  ],
  roots,
}
