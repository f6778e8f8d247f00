/** The samples of the pages about directory roles, the organisation, audit logs and sites, v1.0, as facts. */
import type { Partial, Sample, Shape } from '../sample.ts'
import { leftOut, pageOf } from './left-out.ts'
import { user } from './people.ts'

const context = { '@odata.context': 'string' }
const template = { id: 'string', description: 'string', displayName: 'string' }
const role = { ...template, deletedDateTime: 'null', roleTemplateId: 'string' }

const withoutDeletion = (below = ''): Partial => ({
  lacks: { [`${below}deletedDateTime`]: 'null' },
  why: 'The page says that it is shortened; the pages that read roles have it.',
})

const withoutContext: Partial = {
  lacks: context,
  why: 'The page says that it is shortened; pages of the same resource have it.',
}

const roleGet = pageOf('directoryrole-get', '29a10d7449d1f19a576a80355ee8b039af6bfdd7')
const definitions = pageOf('rbacapplication-list-roledefinitions', '00e146a92755a19260d07a735eee6e9df034f45f')
const definition = pageOf('unifiedroledefinition-get', '04f6cea9f8d406a9a00ebf566570113545c03c13')

const { id: _, mobilePhone: __, ...shownMember } = user
const holder = { ...shownMember, jobTitle: 'null', officeLocation: 'null' }

const roleDefinition = {
  id: 'string',
  description: 'string',
  displayName: 'string',
  isBuiltIn: 'boolean',
  isEnabled: 'boolean',
  templateId: 'string',
  version: 'string',
  rolePermissions: [{ allowedResourceActions: ['string'], condition: 'null' }],
  inheritsPermissionsFrom: [{ id: 'string' }],
}
const permissionMembers = ['version', 'rolePermissions', 'inheritsPermissionsFrom']

function ofRoles(): Sample[] {
  const scopes: Partial = {
    lacks: { 'value/*/resourceScopes': ['string'] },
    why: 'The page says that it is shortened; the page that gets one definition has it.',
  }
  return [
    {
      ...pageOf('directoryrole-list', '58328433460bb4ed1975a6f858d30548c9557a39'),
      needs: 'nothing',
      method: 'GET',
      address: '/v1.0/directoryRoles',
      status: 200,
      context: '/v1.0/$metadata#directoryRoles',
      answer: { ...context, value: [role] },
    },
    {
      ...roleGet,
      example: 1,
      needs: 'role',
      method: 'GET',
      address: '/v1.0/directoryRoles/{role}',
      status: 200,
      context: '/v1.0/$metadata#directoryRoles/$entity',
      answer: { ...context, ...role },
    },
    {
      ...roleGet,
      example: 2,
      needs: 'role',
      method: 'GET',
      address: "/v1.0/directoryRoles(roleTemplateId='{role}')",
      status: 200,
      context: '/v1.0/$metadata#directoryRoles/$entity',
      answer: { ...context, ...role },
    },
    {
      ...pageOf('directoryrole-list-members', '054b9785b93a8cc7922c6dfe5b44b60f28a3e889'),
      needs: 'role with a member',
      method: 'GET',
      address: '/v1.0/directoryRoles/{role}/members',
      alsoAt: ['/v1.0/directoryRoles/roleTemplateId={role}/members'],
      status: 200,
      answer: { value: [holder] },
      partial: [
        withoutContext,
        {
          lacks: {
            'value/*/@odata.type': '=#microsoft.graph.user',
            'value/*/id': 'string',
            'value/*/mobilePhone': 'null',
          },
          why: 'The page says that it is shortened; a directoryObject has an id and names its type.',
        },
      ],
    },
    {
      ...pageOf('directoryrole-post-members', '0273c463ba400fd1c477eb6800edb2eee57b1773'),
      needs: 'role and a reference',
      method: 'POST',
      address: '/v1.0/directoryRoles/{role}/members/$ref',
      alsoAt: ['/v1.0/directoryRoles/roleTemplateId={role}/members/$ref'],
      request: { '@odata.id': 'string' },
      status: 204,
    },
    {
      ...pageOf('directoryrole-delete-member', '00fd983ec2895c90317f6b0dd6f36adee868fa10'),
      needs: 'role with a second member',
      method: 'DELETE',
      address: '/v1.0/directoryRoles/{role}/members/{user}/$ref',
      status: 204,
    },
    {
      ...pageOf('directoryrole-post-directoryroles', '1d2dfe8602627e69681e885ec3a5ecd0a39e7c54'),
      needs: 'template',
      method: 'POST',
      address: '/v1.0/directoryRoles',
      request: { roleTemplateId: 'string' },
      status: 201,
      answer: { ...template, roleTemplateId: 'string' },
      partial: [withoutContext, withoutDeletion()],
    },
    {
      ...pageOf('directoryroletemplate-list', '00e146a92755a19260d07a735eee6e9df034f45f'),
      needs: 'nothing',
      method: 'GET',
      address: '/v1.0/directoryRoleTemplates',
      status: 200,
      answer: { value: [template] },
      partial: [withoutContext, withoutDeletion('value/*/')],
    },
    {
      ...pageOf('directoryroletemplate-get', '06473d2fa2a68f08dfeda8b4ea4a1c46f60afe9b'),
      needs: 'role',
      method: 'GET',
      address: '/v1.0/directoryRoleTemplates/{role}',
      status: 200,
      answer: template,
      partial: [withoutContext, withoutDeletion()],
    },
    {
      ...definitions,
      example: 1,
      needs: 'nothing',
      method: 'GET',
      address: '/v1.0/roleManagement/directory/roleDefinitions',
      status: 200,
      context: '/v1.0/$metadata#roleManagement/directory/roleDefinitions',
      answer: { ...context, value: [roleDefinition] },
      partial: [scopes],
      insteadOf: leftOut(roleDefinition, permissionMembers, 'value/*/'),
    },
    {
      ...definition,
      example: 2,
      needs: 'role',
      method: 'GET',
      address: '/v1.0/roleManagement/directory/roleDefinitions/{role}',
      status: 200,
      context: '/v1.0/$metadata#roleManagement/directory/roleDefinitions/$entity',
      answer: { ...context, ...roleDefinition, resourceScopes: ['string'] },
      insteadOf: leftOut(roleDefinition, permissionMembers),
    },
  ]
}

function ofOrganization(): Sample[] {
  const kept = {
    id: 'string',
    countryLetterCode: 'string',
    createdDateTime: 'instant',
    displayName: 'string',
    preferredLanguage: 'string',
    tenantType: '=AAD',
    deletedDateTime: 'null',
    verifiedDomains: [
      { capabilities: 'string', isDefault: 'boolean', isInitial: 'boolean', name: 'string', type: '=Managed' },
    ],
  }
  const others: Readonly<Record<string, Shape>> = {
    businessPhones: ['string'],
    city: 'null',
    country: 'null',
    defaultUsageLocation: 'string',
    isMultipleDataLocationsForServicesEnabled: 'null',
    marketingNotificationEmails: [],
    onPremisesLastSyncDateTime: 'null',
    onPremisesSyncEnabled: 'null',
    partnerTenantType: 'string',
    postalCode: 'null',
    securityComplianceNotificationMails: [],
    securityComplianceNotificationPhones: [],
    state: 'null',
    street: 'null',
    technicalNotificationMails: ['string'],
    directorySizeQuota: { used: 'number', total: 'number' },
    assignedPlans: [
      { assignedDateTime: 'instant', capabilityStatus: 'string', service: 'string', servicePlanId: 'string' },
    ],
    privacyProfile: { contactEmail: 'string', statementUrl: 'string' },
    provisionedPlans: [{ capabilityStatus: 'string', provisioningStatus: 'string', service: 'string' }],
  }
  const names = Object.keys(others)
  return [
    {
      ...pageOf('organization-list', '02b4cba04d0426b41fe35819922b100050c5c441'),
      needs: 'nothing',
      method: 'GET',
      address: '/v1.0/organization',
      status: 200,
      context: '/v1.0/$metadata#organization',
      answer: { ...context, value: [{ ...kept, ...others }] },
      insteadOf: leftOut(others, names, 'value/*/'),
    },
    {
      ...pageOf('organization-get', '073a3963b21637213e5f1e568a46929928f02ddf'),
      needs: 'organisation',
      method: 'GET',
      address: '/v1.0/organization/{organization}',
      status: 200,
      context: '/v1.0/$metadata#organization/$entity',
      answer: { ...context, ...kept, ...others },
      insteadOf: leftOut(others, names),
    },
  ]
}

const application = {
  appId: 'string',
  displayName: 'string|null',
  servicePrincipalId: 'string|null',
  servicePrincipalName: 'string|null',
}
const person = { id: 'string', displayName: 'string', userPrincipalName: 'string', ipAddress: 'string' }
const changed = { displayName: 'string', oldValue: 'string|null', newValue: 'string|null' }
const documentedTarget = {
  id: 'string',
  displayName: 'string',
  Type: 'string',
  modifiedProperties: [changed],
  groupType: 'string',
}
const target = {
  id: 'string',
  displayName: 'string',
  type: 'string',
  modifiedProperties: [changed],
  userPrincipalName: 'string|null',
  groupType: 'string|null',
}

const documentedAudit = {
  id: 'string',
  category: 'string',
  correlationId: 'string',
  result: '=success',
  resultReason: 'string',
  activityDisplayName: 'string',
  activityDateTime: 'instant',
  loggedByService: 'string',
  initiatedBy: { user: person, app: 'null' },
  targetResources: [documentedTarget],
  additionalDetails: [{ key: 'string', value: 'string' }],
}

const audit = {
  ...documentedAudit,
  correlationId: 'string|null',
  resultReason: 'string|null',
  operationType: 'string',
  targetResources: [target],
}
const ofApplication = { ...audit, initiatedBy: { user: 'null', app: application } }
/** The second target of a membership, and a role that is activated, have no changes of their own. */
const bare = { ...target, modifiedProperties: [] }
const ofMember = { ...ofApplication, targetResources: [target, bare] }
const ofActivation = { ...ofApplication, targetResources: [bare] }
const ofService = { ...audit, initiatedBy: { user: 'null', app: 'null' } }
const ofCustomer = {
  ...audit,
  initiatedBy: {
    user: { id: 'string|null', displayName: 'string', userPrincipalName: 'string', ipAddress: 'null' },
    app: 'null',
  },
}

const auditFacts = { section: 'gdap.md §7.2' } as const
const auditList = pageOf('directoryaudit-list', '05296ab344f3de89a102bceca9b5d6ce1df7a3ef')

function ofAudits(): Sample[] {
  const lowered = '/v1.0/$metadata#auditlogs/directoryaudits'
  const audits = '/v1.0/$metadata#auditLogs/directoryAudits'
  const spelling = 'The second example of the list page spells the names as the CSDL has them.'
  return [
    {
      ...auditList,
      example: 1,
      needs: 'nothing',
      method: 'GET',
      address: '/v1.0/auditLogs/directoryAudits',
      status: 200,
      context: lowered,
      answer: { ...context, value: [documentedAudit] },
      insteadOf: [
        { at: 'context', documented: lowered, ours: audits, why: spelling, ...auditFacts },
        {
          at: 'answer',
          documented: { ...context, value: [documentedAudit] },
          ours: { ...context, value: [ofApplication, ofMember, ofActivation, ofService, ofCustomer] },
          why: 'Type for type is not in the CSDL; operationType is, and the second example has it; our rows come from an application, the service and a customer. Those of GDAP have no correlationId and no resultReason.',
          ...auditFacts,
          isMissing: true,
        },
      ],
    },
    {
      ...pageOf('directoryaudit-get', '01d208d4dc09c1340e159d905e4ad0d8492f0280'),
      needs: 'audit record',
      method: 'GET',
      address: '/v1.0/auditLogs/directoryAudits/{audit}',
      status: 200,
      context: lowered,
      answer: { ...context, value: [documentedAudit] },
      insteadOf: [
        {
          at: 'context',
          documented: lowered,
          ours: `${audits}/$entity`,
          why: 'The sample of the list page is repeated on the page that gets one.',
          ...auditFacts,
        },
        {
          at: 'answer',
          documented: { ...context, value: [documentedAudit] },
          ours: { ...context, ...ofMember },
          why: 'The sample of the list page is repeated; the text says that the answer is one directoryAudit. Ours may have no correlationId.',
          ...auditFacts,
          isMissing: true,
        },
      ],
    },
  ]
}

function ofSites(): Sample[] {
  const site = {
    id: 'string',
    displayName: 'string',
    name: 'string',
    createdDateTime: 'instant',
    lastModifiedDateTime: 'instant',
    webUrl: 'string',
  }
  const found = {
    id: 'string',
    name: 'string',
    description: 'string',
    createdDateTime: 'instant',
    lastModifiedDateTime: 'instant',
    webUrl: 'string',
  }
  const described: Partial = {
    lacks: { ...context, description: 'null' },
    why: 'The answer is marked as truncated; the page that searches has the description.',
  }
  return [
    {
      ...pageOf('site-get', '43b498394ec440e548985309e1d8689c9e16adcf'),
      needs: 'site',
      method: 'GET',
      address: '/v1.0/sites/{site}',
      alsoAt: [
        '/v1.0/sites/root',
        '/v1.0/sites/{host}',
        '/v1.0/sites/{host}:/{path}',
        '/v1.0/groups/{group}/sites/root',
      ],
      status: 200,
      answer: site,
      partial: [described],
    },
    {
      ...pageOf('site-getbypath', '16789542074b084dbe7fe7e86861d77ebdd5954f'),
      needs: 'site',
      method: 'GET',
      address: '/v1.0/sites/{host}:/{path}',
      status: 200,
      answer: site,
      partial: [described],
    },
    {
      ...pageOf('site-search', '09a024454e4f07a488bfd4e3d7f96696598ca10f'),
      needs: 'site',
      method: 'GET',
      address: '/v1.0/sites?search={query}',
      status: 200,
      answer: { value: [found] },
      partial: [
        {
          lacks: { ...context, 'value/*/displayName': 'string' },
          why: 'The page says that it is shortened; the page that gets a site has the displayName.',
        },
      ],
      insteadOf: [
        {
          at: 'value/*/description',
          documented: 'string',
          ours: 'null',
          why: 'The sample has an empty text for a site without a description; the page that gets a site has nothing.',
          section: 'protocol.md §1.6',
        },
      ],
    },
  ]
}

export const tenantSamples: readonly Sample[] = [...ofRoles(), ...ofOrganization(), ...ofAudits(), ...ofSites()]
