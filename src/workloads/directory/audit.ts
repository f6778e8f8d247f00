/** Audit records in Graph’s shape, and events of Partner Center in an outbox (gdap.md §7.1, §7.2). */
import { entityType, many } from '#edm/define.ts'
import { choice, complex, complexType, enumType, instant, text, whole } from '#edm/props.ts'
import { constant } from '#edm/query.ts'
import { entity, keyValue } from '../common.ts'
import { delegatedAudits } from './delegated-roles.ts'
import { column, docs, ns } from './objects.ts'
import { taxonomyChanges } from './taxonomy-audit.ts'

const scopes = { read: ['AuditLog.Read.All'], write: [] }

export const operationResult = enumType(`${ns}.operationResult`, 'How it went.', [
  'success',
  'failure',
  'timeout',
  'unknownFutureValue',
])

export const appIdentity = complexType(`${ns}.appIdentity`, 'An application that did something.', {
  appId: text({ guid: true, doc: 'Application (client) id.' }),
  displayName: text({ fold: true, doc: 'Name of the application.' }),
  servicePrincipalId: text({ guid: true, doc: 'Id of its service principal.' }),
  servicePrincipalName: text({ doc: 'Name of its service principal.' }),
})

/** Graph derives it from `identity`, whose members come first. */
export const userIdentity = complexType(`${ns}.userIdentity`, 'A person who did something.', {
  id: text({ guid: true, doc: 'Id of the user.' }),
  displayName: text({ fold: true, doc: 'Name of the user.' }),
  ipAddress: text({ doc: 'Where the request came from.' }),
  userPrincipalName: text({ fold: true, doc: 'Sign-in name of the user.' }),
})

export const auditActivityInitiator = complexType(`${ns}.auditActivityInitiator`, 'Who did it; neither: the service.', {
  app: complex(appIdentity, { doc: 'An application.' }),
  user: complex(userIdentity, { doc: 'A person.' }),
})

export const modifiedProperty = complexType(`${ns}.modifiedProperty`, 'What was changed.', {
  displayName: text({ doc: 'Name of the property.' }),
  newValue: text({ doc: 'Its value afterwards, as JSON.' }),
  oldValue: text({ doc: 'Its value before, as JSON.' }),
})

export const groupType = enumType(`${ns}.groupType`, 'What kind of group it is.', [
  'unifiedGroups',
  'azureAD',
  'unknownFutureValue',
])

export const targetResource = complexType(`${ns}.targetResource`, 'What it was done to.', {
  displayName: text({ doc: 'Its name.' }),
  groupType: choice(groupType, { doc: 'Kind of group, of a group.' }),
  id: text({ guid: true, doc: 'Its id.' }),
  modifiedProperties: complex(modifiedProperty, { collection: true, doc: 'What was changed of it.' }),
  type: text({ doc: 'What kind of thing it is.' }),
  userPrincipalName: text({ fold: true, doc: 'Sign-in name, of a user.' }),
})

export const directoryAudit = entityType(`${ns}.directoryAudit`, {
  doc: 'One thing that was done.',
  source: `${docs}directoryaudit`,
  base: entity,
  partial: true,
  keys: 'guids',
  dialect: 'graph',
  scopes,
  delegated: delegatedAudits,
  page: { size: 1000, most: 1000 },
  order: ['activityDateTime'],
  backwards: true,
  props: {
    category: text({ nullable: false, readOnly: true, doc: 'Area of the directory.' }),
    correlationId: text({ guid: true, readOnly: true, doc: 'Joins what was done together.' }),
    result: choice(operationResult, { readOnly: true, doc: 'How it went.' }),
    resultReason: text({ readOnly: true, doc: 'Why it failed.' }),
    activityDisplayName: text({ nullable: false, readOnly: true, doc: 'What was done.' }),
    activityDateTime: instant({ nullable: false, readOnly: true, doc: 'When.' }),
    loggedByService: text({ readOnly: true, doc: 'The service that wrote it down.' }),
    operationType: text({ readOnly: true, doc: 'Kind of change.' }),
    initiatedBy: complex(auditActivityInitiator, { nullable: false, readOnly: true, doc: 'Who did it.' }),
    targetResources: complex(targetResource, {
      nullable: false,
      collection: true,
      readOnly: true,
      doc: 'What it was done to.',
    }),
    additionalDetails: complex(keyValue, {
      nullable: false,
      collection: true,
      readOnly: true,
      doc: 'More, by name.',
    }),
    subjectId: text({ ...column, doc: 'Id of the row it was done to.' }),
    resourceAfter: text({ ...column, doc: 'JSON: the whole resource after the change (events.md §2.8).' }),
    chained: whole({ ...column, doc: 'Number of its link in the chain (events.md §9.3); null: it has none yet.' }),
  },
  navs: {},
  indexes: [{ keys: ['activityDateTime'] }, { keys: ['subjectId', 'activityDateTime'] }, { keys: ['chained'] }],
  drawn: taxonomyChanges,
})

export const outboxEvent = entityType('relata.outboxEvent', {
  doc: 'Something others may want to be told, with the names Partner Center gives it (gdap.md §7.1, events.md §1.2).',
  source: 'ours: the rows webhooks will be sent from',
  published: false,
  props: {
    id: text({ nullable: false, readOnly: true, doc: 'Unique identifier; in the order of what happened.' }),
    eventName: text({ nullable: false, doc: 'granular-admin-relationship-approved and its like.' }),
    resourceName: text({ nullable: false, doc: 'GranularAdminRelationship or GranularAdminAccessAssignment.' }),
    resourcePath: text({ nullable: false, doc: 'Path of the resource below the host of the partner’s API.' }),
    subjectId: text({ nullable: false, doc: 'Id of the relationship, or of what else it happened to.' }),
    auditId: text({ doc: 'Id of the audit record.' }),
    changedDateTime: instant({ nullable: false, doc: 'When it happened.' }),
    sequence: whole({
      nullable: false,
      initial: 0,
      numbered: true,
      doc: 'Place in the order of the tenant’s commits.',
    }),
    orderingKey: text({ nullable: false, initial: '', doc: 'Events with one key are told in their order.' }),
    bucket: whole({ nullable: false, initial: 0, doc: 'Of the ordering key, 0 to 255.' }),
    customerId: text({ doc: 'The customer that it is about.' }),
    facts: text({ doc: 'JSON of at most 2 KiB: what kind of change, the members before and after, and who made it.' }),
  },
  navs: {},
  indexes: [{ keys: ['changedDateTime'] }, { keys: ['sequence'], unique: true }],
})

export const auditLogRoot = entityType(`${ns}.auditLogRoot`, {
  doc: 'The logs of the tenant.',
  source: `${docs}directoryaudit`,
  stored: false,
  partial: true,
  dialect: 'graph',
  scopes,
  delegated: delegatedAudits,
  props: {},
  navs: {
    directoryAudits: many(`${ns}.directoryAudit`, {
      contained: true,
      doc: 'What was done in the directory.',
      can: { list: 'docs', get: 'docs' },
      scopes: {
        stored: { branches: [constant(true)], bind: {} },
        all: { branches: [constant(true)], bind: {}, drawn: true },
      },
    }),
  },
})

export const auditEnums = [groupType, operationResult]
export const auditComplexes = [appIdentity, userIdentity, auditActivityInitiator, modifiedProperty, targetResource]
