/**
 * The samples of the drafts of March 2022, under the singular `/tenantRelationship`: gdap.md §10. They are skeletons: a
 * placeholder for each value, and of complex values only the type.
 */
import type { Difference, Partial, Sample, Shape } from './sample.ts'

const commit = '022eeb4b89227fb79731c4780ab62e8915383b37'
const relationships = '/beta/tenantRelationship/delegatedAdminRelationships'
const one = `${relationships}/{relationship}`

const typed = (type: string) => ({ '@odata.type': `=microsoft.graph.${type}` })
const customer = typed('delegatedAdminRelationshipCustomerParticipant')
const accessDetails = typed('delegatedAdminAccessDetails')

const relationship = {
  '@odata.type': '=#microsoft.partner.customerServiceAdministration.delegatedAdminRelationship',
  id: 'string',
  displayName: 'string',
  duration: 'duration',
  partner: typed('delegatedAdminRelationshipParticipant'),
  customer,
  accessDetails,
  status: 'string',
  createdDateTime: 'instant',
  lastModifiedDateTime: 'instant',
  activatedDateTime: 'instant|null',
  endDateTime: 'instant|null',
}

const roles: Shape = [{ roleDefinitionId: 'string' }]

const skeleton = (below: string): Partial => ({
  lacks: {
    [`${below}@odata.etag`]: 'etag',
    [`${below}autoExtendDuration`]: 'duration',
    [`${below}partner/tenantId`]: 'string',
    [`${below}partner/displayName`]: 'string',
    [`${below}customer/tenantId`]: 'string',
    [`${below}customer/displayName`]: 'string',
    [`${below}accessDetails/unifiedRoles`]: roles,
  },
  why: 'A skeleton; the tables of the page name the members, and the published pages have the tag (gdap.md §10).',
})

const withoutContext: Partial = { lacks: { '@odata.context': 'string' }, why: 'A skeleton, as above.' }

const typeOfDetails = (below: string): Difference => ({
  at: `${below}accessDetails/@odata.type`,
  documented: '=microsoft.graph.delegatedAdminAccessDetails',
  ours: 'absent',
  why: 'The value is of the declared type; the text of the drafts asks for the types of the participants only.',
  section: 'gdap.md §10',
})

const filled = {
  ...relationship,
  '@odata.context': 'string',
  '@odata.etag': 'etag',
  autoExtendDuration: 'duration',
  partner: { ...relationship.partner, tenantId: 'string', displayName: 'string' },
  customer: { ...customer, tenantId: 'string', displayName: 'string' },
  accessDetails: { unifiedRoles: roles },
}

const page = (name: string) => ({ page: `beta/api/${name}.md`, commit })
const inRequest = { ...customer, tenantId: 'string' }
const rolesInRequest = { ...accessDetails, unifiedRoles: roles }

export const draftSamples: readonly Sample[] = [
  {
    ...page('tenantrelationship-list-delegatedadminrelationships'),
    needs: 'relationships',
    method: 'GET',
    address: relationships,
    status: 200,
    answer: { value: [relationship] },
    partial: [withoutContext, skeleton('value/*/')],
    insteadOf: [typeOfDetails('value/*/')],
  },
  {
    ...page('tenantrelationship-post-delegatedadminrelationships'),
    needs: 'body of a draft',
    method: 'POST',
    address: relationships,
    request: { displayName: 'string', duration: 'duration', customer: inRequest, accessDetails: rolesInRequest },
    status: 201,
    answer: relationship,
    partial: [withoutContext, skeleton('')],
    insteadOf: [typeOfDetails('')],
  },
  {
    ...page('delegatedadminrelationship-get'),
    needs: 'active relationship',
    method: 'GET',
    address: one,
    status: 200,
    answer: { value: relationship },
    insteadOf: [
      {
        at: 'answer',
        documented: { value: relationship },
        ours: filled,
        why: 'No resource of Graph is wrapped in value; the published page of the same name has it unwrapped.',
        section: 'gdap.md §10',
      },
    ],
  },
  {
    ...page('delegatedadminrelationship-update'),
    needs: 'changes of a draft',
    method: 'PATCH',
    address: one,
    request: {
      '@odata.type': '=#microsoft.graph.delegatedAdminRelationship',
      displayName: 'string',
      duration: 'duration',
      partner: { ...relationship.partner, tenantId: 'string', displayName: 'string' },
      customer: inRequest,
      accessDetails: rolesInRequest,
      status: 'string',
      activatedDateTime: 'instant|null',
      endDateTime: 'instant|null',
    },
    status: 200,
    answer: { ...relationship, '@odata.type': '=#microsoft.graph.delegatedAdminRelationship' },
    partial: [withoutContext, skeleton('')],
    insteadOf: [
      typeOfDetails(''),
      {
        at: '@odata.type',
        documented: '=#microsoft.graph.delegatedAdminRelationship',
        ours: '=#microsoft.partner.customerServiceAdministration.delegatedAdminRelationship',
        why: 'The other pages of the drafts name the type in the namespace of the partner.',
        section: 'gdap.md §10',
      },
    ],
  },
  {
    ...page('delegatedadminrelationship-delete'),
    needs: 'created relationship',
    method: 'DELETE',
    address: one,
    status: 204,
  },
]
