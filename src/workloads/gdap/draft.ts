/** The 2022 drafts of the same relationships, under `/tenantRelationship`: gdap.md §10. Never in `$metadata`. */
import { entityType, many, type Root, type Workload } from '#edm/define.ts'
import { choice, complex, duration, instant, text } from '#edm/props.ts'
import { constant } from '#edm/query.ts'
import { entity } from '../common.ts'
import { relationship, writePermissions } from './types.ts'
import { accessDetails, draftCustomerParticipant, draftParticipant, relationshipStatus } from './values.ts'

const ns = 'microsoft.partner.customerServiceAdministration'
const source = 'https://github.com/microsoftgraph/microsoft-graph-docs/pull/16092'
const scopes = { read: writePermissions, write: writePermissions }

export const draftRelationship = entityType(`${ns}.delegatedAdminRelationship`, {
  doc: 'A relationship as the drafts show it: with the partner, and with the types of its parts.',
  source,
  published: false,
  base: entity,
  over: relationship,
  scopes,
  partial: true,
  typed: true,
  tag: 'optional',
  props: {
    displayName: text({ nullable: false, required: true, fold: true, doc: 'Name, unique for the customer.' }),
    duration: duration({ nullable: false, required: true, doc: 'How long it lasts once active: P1D to P2Y.' }),
    autoExtendDuration: duration({ doc: 'By how much it is extended at its end.' }),
    partner: complex(draftParticipant, { readOnly: true, doc: 'Who offers it.' }),
    customer: complex(draftCustomerParticipant, { doc: 'Whose tenant it is about.' }),
    accessDetails: complex(accessDetails, { nullable: false, required: true, doc: 'The roles asked for.' }),
    status: choice(relationshipStatus, { readOnly: true, doc: 'Where it stands.' }),
    createdDateTime: instant({ readOnly: true, doc: 'When it was made.' }),
    lastModifiedDateTime: instant({ readOnly: true, doc: 'When it was last changed.' }),
    activatedDateTime: instant({ readOnly: true, doc: 'When it became active.' }),
    endDateTime: instant({ readOnly: true, doc: 'When it will end, or ended.' }),
  },
  navs: {},
})

export const draftTenantRelationship = entityType(`${ns}.tenantRelationship`, {
  doc: 'The tenant as a partner, in the drafts.',
  source,
  published: false,
  stored: false,
  partial: true,
  dialect: 'graph',
  scopes,
  props: {},
  navs: {
    delegatedAdminRelationships: many(draftRelationship.name, {
      contained: true,
      startsContext: true,
      doc: 'The partner’s relationships with its customers.',
      can: { list: 'docs', get: 'docs', create: 'docs', update: 'docs', delete: 'docs' },
      scopes: { own: { branches: [constant(true)], bind: {} } },
    }),
  },
})

const roots: readonly Root[] = [
  {
    kind: 'singleton',
    name: 'tenantRelationship',
    target: draftTenantRelationship.name,
    published: false,
    doc: 'The tenant as a partner, in the drafts.',
    can: { get: 'metadata' },
  },
]

/** `$metadata` has none of these types, complex types included. */
export const tenantRelationshipDraft: Workload = {
  enums: [],
  complexes: [],
  entities: [draftRelationship, draftTenantRelationship],
  roots,
}
