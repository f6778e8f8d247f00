/** What the GDAP entities hold: enums and complex types, as gdap.md §1.8 and §1.9 list them. */
import { choice, complex, complexType, enumType, text } from '#edm/props.ts'

const ns = 'microsoft.graph'

/** In the order of their names, so that ordering by value equals ordering by name. */
export const relationshipStatus = enumType(`${ns}.delegatedAdminRelationshipStatus`, 'Where a relationship stands.', [
  'activating',
  'active',
  'approvalPending',
  'approved',
  'created',
  'expired',
  'expiring',
  'terminated',
  'terminating',
  'terminationRequested',
  'unknownFutureValue',
])

export const assignmentStatus = enumType(
  `${ns}.delegatedAdminAccessAssignmentStatus`,
  'Where an access assignment stands.',
  ['pending', 'active', 'deleting', 'deleted', 'error', 'unknownFutureValue'],
)

export const containerType = enumType(
  `${ns}.delegatedAdminAccessContainerType`,
  'What holds the people given access.',
  ['securityGroup', 'unknownFutureValue'],
)

export const operationType = enumType(
  `${ns}.delegatedAdminRelationshipOperationType`,
  'What a long-running job does.',
  ['delegatedAdminAccessAssignmentUpdate', 'unknownFutureValue', 'delegatedAdminRelationshipUpdate'],
)

export const requestAction = enumType(`${ns}.delegatedAdminRelationshipRequestAction`, 'What a request asks for.', [
  'lockForApproval',
  'approve',
  'terminate',
  'unknownFutureValue',
  'reject',
])

export const requestStatus = enumType(`${ns}.delegatedAdminRelationshipRequestStatus`, 'Where a request stands.', [
  'created',
  'pending',
  'succeeded',
  'failed',
  'unknownFutureValue',
])

/** Shared by several workloads of Graph; not the same as the status of a request. */
export const longRunningOperationStatus = enumType(`${ns}.longRunningOperationStatus`, 'Where a job stands.', [
  'notStarted',
  'running',
  'succeeded',
  'failed',
  'unknownFutureValue',
])

/** Helpdesk Administrator, for examples in documents. */
export const sampleRole = '729827e3-9c14-49f7-bb1b-9608f156bbb8'

export const unifiedRole = complexType(`${ns}.unifiedRole`, 'A built-in directory role.', {
  roleDefinitionId: text({
    guid: true,
    nullable: false,
    sample: sampleRole,
    doc: 'Template id of the role.',
  }),
})

export const accessDetails = complexType(`${ns}.delegatedAdminAccessDetails`, 'Which access is given.', {
  unifiedRoles: complex(unifiedRole, { nullable: false, collection: true, doc: 'The roles.' }),
})

export const accessContainer = complexType(`${ns}.delegatedAdminAccessContainer`, 'Who is given access.', {
  accessContainerId: text({ guid: true, nullable: false, doc: 'Id of a security group in the partner’s tenant.' }),
  accessContainerType: choice(containerType, { nullable: false, doc: 'Always a security group.' }),
})

const customerName = `${ns}.delegatedAdminRelationshipCustomerParticipant`
const participant = {
  tenantId: text({ guid: true, nullable: false, doc: 'Directory (tenant) id.' }),
  displayName: text({ fold: true, doc: 'Name of the organisation, from its directory.' }),
}

export const customerParticipant = complexType(customerName, 'The customer of a relationship.', participant)

/** As the 2022 drafts showed them: with their type (gdap.md §10). */
export const draftCustomerParticipant = complexType(customerName, 'The customer of a relationship.', participant, {
  typed: true,
})
export const draftParticipant = complexType(
  `${ns}.delegatedAdminRelationshipParticipant`,
  'The partner of a relationship.',
  participant,
  { typed: true },
)

export const tenantInformation = complexType(`${ns}.tenantInformation`, 'What anyone may know of a tenant.', {
  tenantId: text({ guid: true, nullable: false, doc: 'Directory (tenant) id.' }),
  displayName: text({ doc: 'Name of the organisation.' }),
  federationBrandName: text({ doc: 'Name shown on sign-in pages of a federated tenant.' }),
  defaultDomainName: text({ doc: 'Its default domain.' }),
})

export const enums = [
  relationshipStatus,
  assignmentStatus,
  containerType,
  operationType,
  requestAction,
  requestStatus,
  longRunningOperationStatus,
]
export const complexes = [unifiedRole, accessDetails, accessContainer, customerParticipant, tenantInformation]
