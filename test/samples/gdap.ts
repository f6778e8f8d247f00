/**
 * The samples of the pages about delegated admin relationships, v1.0 and beta, as facts: gdap.md §2.1. The pages of beta
 * are of commits before `autoExtendDuration` and the reseller's relationships were added to them.
 */
import type { Difference, Partial, Sample, Shape } from './sample.ts'

type Version = 'v1.0' | 'beta'

const roles: Shape = { unifiedRoles: [{ roleDefinitionId: 'string' }] }
const times = { createdDateTime: 'instant', lastModifiedDateTime: 'instant' }
const typed = (type: string) => ({ '@odata.type': `=#microsoft.graph.${type}`, '@odata.etag': 'etag', id: 'string' })

const relationship = (status: string, version: Version) => ({
  ...typed('delegatedAdminRelationship'),
  displayName: 'string',
  duration: 'duration',
  customer: { tenantId: 'string', displayName: 'string' },
  accessDetails: roles,
  status,
  ...times,
  activatedDateTime: 'instant',
  endDateTime: 'instant',
  ...(version === 'v1.0' ? { autoExtendDuration: 'duration' } : {}),
})

const resellerRelationship = {
  ...relationship('=approvalPending', 'v1.0'),
  '@odata.type': '=#microsoft.graph.resellerDelegatedAdminRelationship',
  activatedDateTime: 'null',
  endDateTime: 'null',
  isPartnerConsentPending: 'boolean',
  indirectProviderTenantId: 'string',
}

const assignment = (status: string) => ({
  ...typed('delegatedAdminAccessAssignment'),
  status,
  ...times,
  accessContainer: { accessContainerId: 'string', accessContainerType: '=securityGroup' },
  accessDetails: roles,
})

const operation: Shape = {
  ...typed('delegatedAdminRelationshipOperation'),
  operationType: '=delegatedAdminAccessAssignmentUpdate',
  data: 'string',
  status: '=succeeded',
  ...times,
}

const request = (action: string, status: string) => ({
  ...typed('delegatedAdminRelationshipRequest'),
  action,
  status,
  ...times,
})

const customer: Shape = { ...typed('delegatedAdminCustomer'), tenantId: 'string', displayName: 'string' }

const serviceDetail: Shape = {
  '@odata.type': '=#microsoft.graph.delegatedAdminServiceManagementDetail',
  id: 'string',
  serviceManagementUrl: 'string',
  serviceName: 'string',
}

const context = { '@odata.context': 'string' }

const beforeAutoExtension = (version: Version, below = ''): Partial[] =>
  version === 'v1.0'
    ? []
    : [
        {
          lacks: { [`${below}autoExtendDuration`]: 'duration' },
          why: 'The page is older than the member, which beta has since September 2023.',
        },
      ]

const notActivated: readonly Difference[] = [
  {
    at: 'activatedDateTime',
    documented: 'string',
    ours: 'null',
    why: 'An empty string is no Edm.DateTimeOffset; the list sample shows null before the activation.',
    section: 'gdap.md §1.2',
  },
  {
    at: 'endDateTime',
    documented: 'instant',
    ours: 'null',
    why: 'The end is the activation and the duration; the list sample shows null before the activation.',
    section: 'gdap.md §1.2',
  },
]

const running: Difference = {
  at: 'value/1/status',
  documented: '=running',
  ours: '=succeeded',
  why: 'The enumeration of the statuses of a request has no member running.',
  section: 'gdap.md §1.9',
}

type Facts = Omit<Sample, 'page' | 'commit' | 'method' | 'needs' | 'address'>
type Page = (name: string) => Pick<Sample, 'page' | 'commit'>

/** The addresses of a version, and how the pages write the context of what is below the singleton. */
const placesOf = (version: Version) => {
  const root = `/${version}/tenantRelationships`
  const relationships = `${root}/delegatedAdminRelationships`
  return {
    root,
    relationships,
    one: `${relationships}/{relationship}`,
    contextOf: (name: string) => `${root}/$metadata#${name}`,
  }
}

/** One row with its context. */
const single = (places: ReturnType<typeof placesOf>, name: string, answer: object): Facts => ({
  status: 200,
  context: places.contextOf(`${name}/$entity`),
  answer: { ...context, ...answer } as Shape,
})

const list = (places: ReturnType<typeof placesOf>, name: string, kinds: readonly Shape[]): Facts => ({
  status: 200,
  context: places.contextOf(name),
  answer: { ...context, value: kinds },
})

/** What was made; the samples write its context as that of the collection. */
const made = (places: ReturnType<typeof placesOf>, name: string, location: string, answer: object): Facts => ({
  status: 201,
  headers: { location: `{origin}${location}/{id}` },
  context: places.contextOf(name),
  answer: { ...context, ...answer } as Shape,
})

function relationshipSamples(version: Version, page: Page): Sample[] {
  const places = placesOf(version)
  const { relationships, one } = places
  const body = {
    displayName: 'string',
    duration: 'duration',
    customer: { tenantId: 'string', displayName: 'string' },
    accessDetails: roles,
    ...(version === 'v1.0' ? { autoExtendDuration: '=P180D' } : {}),
  }
  const { activatedDateTime, endDateTime, autoExtendDuration, ...changed } = relationship('=created', 'v1.0')
  const listed = [relationship('=active', version), relationship('=terminated', version)]
  return [
    {
      ...page('tenantrelationship-list-delegatedadminrelationships'),
      ...list(places, 'delegatedAdminRelationships', version === 'v1.0' ? [...listed, resellerRelationship] : listed),
      needs: version === 'v1.0' ? 'relationships and one of a reseller' : 'relationships',
      method: 'GET',
      address: relationships,
      partial: beforeAutoExtension(version, 'value/*/'),
    },
    {
      ...page('tenantrelationship-post-delegatedadminrelationships'),
      ...made(places, 'delegatedAdminRelationships', relationships, {
        ...relationship('=created', version),
        activatedDateTime: 'string',
      }),
      needs: version === 'v1.0' ? 'body of a relationship' : 'body without extension',
      method: 'POST',
      address: relationships,
      request: body,
      partial: beforeAutoExtension(version),
      insteadOf: notActivated,
    },
    {
      ...page('delegatedadminrelationship-get'),
      ...single(places, 'delegatedAdminRelationships', relationship('=active', version)),
      needs: 'active relationship',
      method: 'GET',
      address: one,
      partial: beforeAutoExtension(version),
    },
    {
      ...page('delegatedadminrelationship-update'),
      ...single(places, 'delegatedAdminRelationships', { ...changed, customer: { tenantId: 'string' } }),
      needs: 'changes of a relationship',
      method: 'PATCH',
      address: one,
      requestHeaders: ['If-Match'],
      request: {
        displayName: 'string',
        duration: 'duration',
        customer: { tenantId: 'string' },
        accessDetails: roles,
      },
      partial: [
        {
          lacks: {
            autoExtendDuration: 'duration',
            activatedDateTime: 'null',
            endDateTime: 'null',
            'customer/displayName': 'string',
          },
          why: 'The page says that the answer is the relationship, perhaps shortened; the page that gets it has them.',
        },
      ],
    },
    {
      ...page('delegatedadminrelationship-delete'),
      needs: 'tag of a relationship',
      method: 'DELETE',
      address: one,
      requestHeaders: ['If-Match'],
      status: 204,
    },
  ]
}

function assignmentSamples(version: Version, page: Page): Sample[] {
  const places = placesOf(version)
  const assignments = `${places.one}/accessAssignments`
  const container = { accessContainerId: 'string', accessContainerType: '=securityGroup' }
  return [
    {
      ...page('delegatedadminrelationship-list-accessassignments'),
      ...list(places, 'accessAssignments', [assignment('=active')]),
      needs: 'assignment',
      method: 'GET',
      address: assignments,
    },
    {
      ...page('delegatedadminrelationship-post-accessassignments'),
      ...made(places, 'accessAssignments', assignments, assignment('=pending')),
      needs: 'body of an assignment',
      method: 'POST',
      address: assignments,
      request: { accessContainer: container, accessDetails: roles },
    },
    {
      ...page('delegatedadminaccessassignment-get'),
      ...single(places, 'accessAssignments', assignment('=active')),
      needs: 'assignment',
      method: 'GET',
      address: `${assignments}/{assignment}`,
    },
    {
      ...page('delegatedadminaccessassignment-update'),
      needs: 'other roles',
      method: 'PATCH',
      address: `${assignments}/{assignment}`,
      requestHeaders: ['If-Match'],
      request: { accessDetails: roles },
      status: 202,
      headers: { location: `{origin}${places.one}/operations/{new}`, 'retry-after': '10' },
      answer: {},
    },
    {
      ...page('delegatedadminaccessassignment-delete'),
      needs: 'tag of an assignment',
      method: 'DELETE',
      address: `${assignments}/{assignment}`,
      requestHeaders: ['If-Match'],
      status: 204,
    },
  ]
}

function courseSamples(version: Version, page: Page): Sample[] {
  const places = placesOf(version)
  const operations = `${places.one}/operations`
  const requests = `${places.one}/requests`
  const { '@odata.etag': _, ...requested } = request('=lockForApproval', '=created')
  return [
    {
      ...page('delegatedadminrelationship-list-operations'),
      ...list(places, 'operations', [operation]),
      needs: 'operation',
      method: 'GET',
      address: operations,
    },
    {
      ...page('delegatedadminrelationshipoperation-get'),
      ...single(places, 'operations', operation as object),
      needs: 'operation',
      method: 'GET',
      address: `${operations}/{operation}`,
    },
    {
      ...page('delegatedadminrelationship-list-requests'),
      ...list(places, 'requests', [request('=lockForApproval', '=succeeded'), request('=terminate', '=running')]),
      needs: 'terminated relationship',
      method: 'GET',
      address: requests,
      insteadOf: [running],
    },
    {
      ...page('delegatedadminrelationship-post-requests'),
      ...made(places, 'requests', requests, requested),
      needs: 'action',
      method: 'POST',
      address: requests,
      request: { action: '=lockForApproval' },
      partial: [
        {
          lacks: { '@odata.etag': 'etag' },
          why: 'The page says that the answer is the request, perhaps shortened; the page that gets it has the tag.',
        },
      ],
    },
    {
      ...page('delegatedadminrelationshiprequest-get'),
      ...single(places, 'requests', request('=lockForApproval', '=created')),
      needs: 'request that waits',
      method: 'GET',
      address: `${requests}/{request}`,
    },
  ]
}

function customerSamples(version: Version, page: Page): Sample[] {
  const places = placesOf(version)
  const customers = `${places.root}/delegatedAdminCustomers`
  const information: Facts = {
    status: 200,
    context: `/${version}/$metadata#microsoft.graph.tenantInformation`,
    answer: {
      ...context,
      tenantId: 'string',
      federationBrandName: 'null',
      displayName: 'string',
      defaultDomainName: 'string',
    },
  }
  return [
    {
      ...page('tenantrelationship-list-delegatedadmincustomers'),
      ...list(places, 'delegatedAdminCustomers', [customer]),
      needs: 'customer',
      method: 'GET',
      address: customers,
    },
    {
      ...page('delegatedadmincustomer-get'),
      ...single(places, 'delegatedAdminCustomers', customer as object),
      needs: 'customer',
      method: 'GET',
      address: `${customers}/{customer}`,
    },
    {
      ...page('delegatedadmincustomer-list-servicemanagementdetails'),
      ...list(places, 'delegatedAdminCustomers/{customer}/serviceManagementDetails', [serviceDetail]),
      needs: 'customer',
      method: 'GET',
      address: `${customers}/{customer}/serviceManagementDetails`,
    },
    {
      ...page('tenantrelationship-findtenantinformationbytenantid'),
      ...information,
      needs: 'customer',
      method: 'GET',
      address: `${places.root}/findTenantInformationByTenantId(tenantId='{customer}')`,
    },
    {
      ...page('tenantrelationship-findtenantinformationbydomainname'),
      ...information,
      needs: 'domain',
      method: 'GET',
      address: `${places.root}/findTenantInformationByDomainName(domainName='{domain}')`,
    },
  ]
}

/** Name of the page → its commit in v1.0 and in beta. */
const commits: Readonly<Record<string, readonly [string, string]>> = {
  'tenantrelationship-list-delegatedadminrelationships': [
    '0713c450496046d1f357f9afae7a914ac6ab4277',
    'b7c64905797cc4936baa858d92f969fb6b3f770f',
  ],
  'tenantrelationship-post-delegatedadminrelationships': [
    '0032bfbf39974e4ea08ae7c5dbbeff71e10b9cf5',
    'ec179dff9c39e12a0c1d57ef60d9d14f0dae1437',
  ],
  'delegatedadminrelationship-get': [
    '159628ece86049e8c16debf1eefe292035b9938e',
    '43b498394ec440e548985309e1d8689c9e16adcf',
  ],
  'delegatedadminrelationship-update': [
    '01c641aced9437aea8a5c1f17fd65078bff7391e',
    '8f3e4f9037a9e033c0a78b68052f6071a9fe7c05',
  ],
  'delegatedadminrelationship-delete': [
    '028b8e354879f1054adbd96bfa8d16fff4330811',
    '3ba14a8d37833979bb5e6666403bb6d8c40f5505',
  ],
  'delegatedadminrelationship-list-accessassignments': [
    '01a90577547eb7a498716ca4530d92e0eb406a0e',
    '43b498394ec440e548985309e1d8689c9e16adcf',
  ],
  'delegatedadminrelationship-post-accessassignments': [
    '073a3963b21637213e5f1e568a46929928f02ddf',
    '43b498394ec440e548985309e1d8689c9e16adcf',
  ],
  'delegatedadminaccessassignment-get': [
    '0f0835cb23c7a1d48cb729cd2cd15965d44a479c',
    '43b498394ec440e548985309e1d8689c9e16adcf',
  ],
  'delegatedadminaccessassignment-update': [
    '02c9d3829a38ffe94a7f962248f4212044ab8631',
    '007b47da5e622450c650fdf2cd1ef16c6f14c496',
  ],
  'delegatedadminaccessassignment-delete': [
    '09017fe3ad10d912fca84628433231521ac3915c',
    '43b498394ec440e548985309e1d8689c9e16adcf',
  ],
  'delegatedadminrelationship-list-operations': [
    '0062dd88136b667cdb78d31c29c22b99d78e78ce',
    'ec179dff9c39e12a0c1d57ef60d9d14f0dae1437',
  ],
  'delegatedadminrelationshipoperation-get': [
    '090b00cc08ea7de0b65aa5c7632d19a33ac8ef06',
    '073a3963b21637213e5f1e568a46929928f02ddf',
  ],
  'delegatedadminrelationship-list-requests': [
    '09a024454e4f07a488bfd4e3d7f96696598ca10f',
    'b5a852d8261683ffdbc2f2a133051ceb4ba57af9',
  ],
  'delegatedadminrelationship-post-requests': [
    '02b4cba04d0426b41fe35819922b100050c5c441',
    'ec179dff9c39e12a0c1d57ef60d9d14f0dae1437',
  ],
  'delegatedadminrelationshiprequest-get': [
    '073a3963b21637213e5f1e568a46929928f02ddf',
    '43b498394ec440e548985309e1d8689c9e16adcf',
  ],
  'tenantrelationship-list-delegatedadmincustomers': [
    '02b08858a860dca804fe8e703333b72b59f6a895',
    '452369611fe6ec0ee13f2a872ea7619b393a33f8',
  ],
  'delegatedadmincustomer-get': [
    '09455a65abde17103c17fc70605c4c8553f01978',
    '0e39f1d85803ac95ec6ca70e64dfba89882b0e6f',
  ],
  'delegatedadmincustomer-list-servicemanagementdetails': [
    '129c9460dad70dd794e4cac7faea9d60100e02aa',
    '028b8e354879f1054adbd96bfa8d16fff4330811',
  ],
  'tenantrelationship-findtenantinformationbytenantid': [
    '073a3963b21637213e5f1e568a46929928f02ddf',
    '09455a65abde17103c17fc70605c4c8553f01978',
  ],
  'tenantrelationship-findtenantinformationbydomainname': [
    '073a3963b21637213e5f1e568a46929928f02ddf',
    '09017fe3ad10d912fca84628433231521ac3915c',
  ],
}

export function gdapSamples(version: Version): readonly Sample[] {
  const page: Page = (name) => {
    const known = commits[name]
    if (known === undefined) throw new Error(`${name}: no commit`)
    return { page: `${version}/api/${name}.md`, commit: known[version === 'v1.0' ? 0 : 1] }
  }
  return [
    ...relationshipSamples(version, page),
    ...assignmentSamples(version, page),
    ...courseSamples(version, page),
    ...customerSamples(version, page),
  ]
}
