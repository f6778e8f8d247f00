/** The samples of the pages about groups and their members, v1.0, as facts. */
import type { Difference, Partial, Sample, Shape } from '../sample.ts'
import { leftOut, type Page, pageOf, refused } from './left-out.ts'
import { defaultsOf, user } from './people.ts'

const context = { '@odata.context': 'string' }
const count = { '@odata.count': 'number' }
const eventual = { requestHeaders: ['ConsistencyLevel'] }

/** What is in the samples and in our answers. */
const group = {
  id: 'string',
  deletedDateTime: 'null',
  createdDateTime: 'instant',
  description: 'string',
  displayName: 'string',
  groupTypes: ['=Unified'] as readonly Shape[],
  isAssignableToRole: 'null',
  mail: 'string',
  mailEnabled: 'boolean',
  mailNickname: 'string',
  securityEnabled: 'boolean',
  visibility: 'string',
}
const security = { ...group, groupTypes: [], mail: 'null', visibility: 'null' }
const anyGroup = { ...security, description: 'string|null', isAssignableToRole: 'boolean|null' }

const otherMembers: Readonly<Record<string, Shape>> = {
  classification: 'null',
  expirationDateTime: 'null',
  membershipRule: 'null',
  membershipRuleProcessingState: 'null',
  onPremisesLastSyncDateTime: 'null',
  onPremisesSecurityIdentifier: 'null',
  onPremisesSyncEnabled: 'null',
  preferredDataLocation: 'string',
  preferredLanguage: 'null',
  proxyAddresses: ['string'],
  renewedDateTime: 'instant',
  resourceBehaviorOptions: [],
  resourceProvisioningOptions: [],
  theme: 'null',
  onPremisesProvisioningErrors: [],
}
const otherMembersOfOne: Readonly<Record<string, Shape>> = {
  ...otherMembers,
  onPremisesDomainName: 'null',
  onPremisesNetBiosName: 'null',
  onPremisesSamAccountName: 'null',
  preferredDataLocation: 'null',
  resourceProvisioningOptions: ['string'],
  securityIdentifier: 'string',
}
const namesOf = (members: object) => Object.keys(members)

const withoutContext: Partial = {
  lacks: context,
  why: 'The page says that it is shortened; other examples of the same page have it.',
}

const searched = '`$search` is answered 400: only terms can be searched.'
const noOwners =
  'Groups have members, and no owners. The text of the third example says that an assignable group cannot have one.'
const noSuchMember = (name: string) => `A request with \`${name}\` is answered 400: Relata does not have that member.`

const list = pageOf('group-list', '0350b97e46788940241666a8f4b3f7780c13706d')
const get = pageOf('group-get', '00e146a92755a19260d07a735eee6e9df034f45f')
const post = pageOf('group-post-groups', '00e146a92755a19260d07a735eee6e9df034f45f')
const members = pageOf('group-list-members', '2926c606688b49ea67aac4f71ec5ed816d8d0370')
const addMembers = pageOf('group-post-members', '006046110cb047af91bd3df07c1791dedd14051b')

const created = {
  description: 'string',
  displayName: 'string',
  groupTypes: ['=Unified'] as readonly Shape[],
  mailEnabled: 'boolean',
  mailNickname: 'string',
  securityEnabled: 'boolean',
}
const refusedBody = {
  error: { target: 'string', details: [{ code: 'string', message: 'string', target: 'string' }] },
}
const bound = { 'owners@odata.bind': ['string'], 'members@odata.bind': ['string'] }

const identifier: Difference = {
  at: '@odata.id',
  documented: 'string',
  ours: 'absent',
  why: 'Part of odata.metadata=full; other samples of the page do not have it.',
  section: 'protocol.md §1.6',
}

function ofGroups(): Sample[] {
  const inCreate = Object.fromEntries(
    Object.entries(otherMembers).filter(
      ([name]) =>
        ![
          'expirationDateTime',
          'membershipRule',
          'membershipRuleProcessingState',
          'preferredLanguage',
          'theme',
        ].includes(name),
    ),
  )
  const { isAssignableToRole: _, ...unified } = group
  const listed = [
    { ...group, ...otherMembers },
    { ...anyGroup, ...otherMembers },
  ]
  const ofOne = { ...context, '@odata.id': 'string', ...otherMembersOfOne, resourceProvisioningOptions: [] }
  const prepopulated = { ...ofOne, ...security, proxyAddresses: [] }
  const assignable = {
    ...ofOne,
    ...group,
    isAssignableToRole: 'boolean',
    preferredDataLocation: 'string',
    createdByAppId: 'string',
    organizationId: 'string',
    infoCatalogs: [],
    isManagementRestricted: 'null',
    writebackConfiguration: { isEnabled: 'null', onPremisesGroupType: 'null' },
  }
  return [
    {
      ...list,
      example: 1,
      needs: 'unified group',
      method: 'GET',
      address: '/v1.0/groups',
      status: 200,
      context: '/v1.0/$metadata#groups',
      answer: { ...context, value: listed },
      insteadOf: leftOut(otherMembers, namesOf(otherMembers), 'value/*/'),
    },
    refused(
      list,
      2,
      '/v1.0/groups?$count=true&$filter=hasMembersWithLicenseErrors+eq+true&$select=id,displayName',
      noSuchMember('hasMembersWithLicenseErrors'),
      { ...context, ...count, value: [{ id: 'string', displayName: 'string' }] },
      { ...eventual, needs: 'count' },
    ),
    {
      ...list,
      ...eventual,
      example: 3,
      needs: 'count',
      method: 'GET',
      address: '/v1.0/groups/$count',
      status: 200,
      answer: 'number',
      hidesMissing: true,
    },
    {
      ...list,
      ...eventual,
      example: 4,
      needs: 'count',
      method: 'GET',
      address: "/v1.0/groups?$filter=startswith(displayName, 'a')&$count=true&$top=1&$orderby=displayName",
      status: 200,
      context: '/v1.0/$metadata#groups',
      answer: { ...context, ...count, value: [{ displayName: 'string', mailNickname: 'string' }] },
      partial: [defaultsOf(anyGroup, ['displayName', 'mailNickname'])],
      hidesMissing: true,
    },
    refused(
      list,
      5,
      '/v1.0/groups?$search="displayName:Video" OR "description:prod"&$orderby=displayName&$count=true',
      searched,
      { ...context, ...count, value: [{ displayName: 'string', mail: 'string', mailNickname: 'string' }] },
      { ...eventual, needs: 'count' },
    ),
    refused(
      list,
      6,
      "/v1.0/groups?$filter=mailEnabled eq false and securityEnabled eq true and NOT(groupTypes/any(s:s eq 'Unified')) and membershipRuleProcessingState eq 'On'&$count=true&$select=id,membershipRule,membershipRuleProcessingState",
      noSuchMember('membershipRuleProcessingState'),
      { ...context, ...count, value: [] },
      { ...eventual, needs: 'count' },
    ),
    refused(
      list,
      7,
      '/v1.0/groups?$select=id,assignedLicenses&$filter=assignedLicenses/any()&$expand=members($select=id,displayName)',
      noSuchMember('assignedLicenses'),
      { ...context, value: [] },
    ),
    {
      ...get,
      example: 1,
      needs: 'unified group',
      method: 'GET',
      address: '/v1.0/groups/{group}',
      status: 200,
      context: '/v1.0/$metadata#groups/$entity',
      answer: { ...context, ...group, ...otherMembersOfOne },
      insteadOf: leftOut(otherMembersOfOne, namesOf(otherMembersOfOne)),
    },
    refused(
      get,
      2,
      '/v1.0/groups/{group}?$select=allowExternalSenders,autoSubscribeNewMembers,isSubscribedByMail,unseenCount',
      noSuchMember('allowExternalSenders'),
      { ...context, id: 'string', allowExternalSenders: 'boolean', autoSubscribeNewMembers: 'boolean' },
      { needs: 'unified group' },
    ),
    {
      ...post,
      example: 1,
      needs: 'body of a unified group',
      method: 'POST',
      address: '/v1.0/groups',
      request: created,
      status: 201,
      answer: { ...unified, ...inCreate },
      partial: [withoutContext, defaultsOf(group, namesOf(unified), '')],
      insteadOf: leftOut(inCreate, namesOf(inCreate)),
    },
    refused(post, 2, '/v1.0/groups', noOwners, prepopulated, {
      ...refusedBody,
      needs: 'body of a group with members',
      method: 'POST',
      request: { ...created, groupTypes: [], ...bound },
      status: 201,
    }),
    refused(post, 3, '/v1.0/groups', noOwners, assignable, {
      ...refusedBody,
      needs: 'body of an assignable group with members',
      method: 'POST',
      request: { ...created, isAssignableToRole: 'boolean', ...bound },
      status: 201,
    }),
    {
      ...pageOf('group-update', '03c7b71e4db41c4ac68bfa53212454c3e1412d3c'),
      needs: 'changes of a group',
      method: 'PATCH',
      address: '/v1.0/groups/{group}',
      request: {
        description: 'string',
        displayName: 'string',
        groupTypes: ['=Unified'],
        mailEnabled: 'boolean',
        mailNickname: 'string',
      },
      status: 204,
    },
    {
      ...pageOf('group-delete', '0061138f3b952955c2898131d3c6633a8b26c974'),
      needs: 'group',
      method: 'DELETE',
      address: '/v1.0/groups/{group}',
      status: 204,
    },
  ]
}

/** As a member shows itself: with its type, and the defaults of a user. */
const member = { '@odata.type': '=#microsoft.graph.user', ...user }
const memberOfSeed: Readonly<Record<string, Shape>> = Object.fromEntries(
  Object.entries(member).map(([name, shape]) => [
    name,
    ['@odata.type', 'id', 'displayName', 'userPrincipalName', 'mail'].includes(name)
      ? shape
      : name === 'businessPhones'
        ? []
        : 'null',
  ]),
)
const objects = '/v1.0/$metadata#directoryObjects'
const named = { id: 'string', displayName: 'string' }

function ofMembers(): Sample[] {
  const address = '/v1.0/groups/{group}/members'
  return [
    {
      ...members,
      example: 1,
      needs: 'group with a member',
      method: 'GET',
      address,
      status: 200,
      context: objects,
      answer: { ...context, value: [{ id: 'string', mail: 'string' }] },
      partial: [defaultsOf(memberOfSeed, ['id', 'mail'])],
    },
    {
      ...members,
      ...eventual,
      example: 2,
      needs: 'counted group with a member',
      method: 'GET',
      address: `${address}/$count`,
      status: 200,
      answer: 'number',
    },
    {
      ...members,
      ...eventual,
      example: 3,
      needs: 'counted group with a member',
      method: 'GET',
      address: `${address}/microsoft.graph.user/$count`,
      status: 200,
      answer: 'number',
    },
    refused(
      members,
      4,
      `${address}/microsoft.graph.user?$count=true&$orderby=displayName&$search="displayName:Pr"&$select=displayName,id`,
      searched,
      { ...context, ...count, value: [named] },
      { ...eventual, needs: 'counted group with a member' },
    ),
    {
      ...members,
      ...eventual,
      example: 5,
      needs: 'counted group with a member',
      method: 'GET',
      address: `${address}?$count=true&$filter=startswith(displayName, 't')`,
      status: 200,
      context: objects,
      answer: { ...context, ...count, value: [{ displayName: 'string', mail: 'string' }] },
      partial: [defaultsOf(memberOfSeed, ['displayName', 'mail'])],
    },
    {
      ...addMembers,
      example: 1,
      needs: 'group and a reference',
      method: 'POST',
      address: `${address}/$ref`,
      request: { '@odata.id': 'string' },
      status: 204,
    },
    {
      ...addMembers,
      example: 2,
      needs: 'group and bound members',
      method: 'PATCH',
      address: '/v1.0/groups/{group}',
      request: { 'members@odata.bind': ['string'] },
      status: 204,
    },
    {
      ...pageOf('group-delete-members', '02b4cba04d0426b41fe35819922b100050c5c441'),
      needs: 'group with a member',
      method: 'DELETE',
      address: `${address}/{user}/$ref`,
      status: 204,
    },
  ]
}

const joined = { '@odata.type': '=#microsoft.graph.group', ...security }
const memberOf = pageOf('user-list-memberof', '0523f2a4b51490bb6bc4409bf78b20f678ff24c4')
const transitiveMembers = pageOf('group-list-transitivemembers', '00e146a92755a19260d07a735eee6e9df034f45f')

interface Upwards {
  readonly page: Page
  readonly of: 'user' | 'group'
  readonly link: 'memberOf' | 'transitiveMemberOf'
  /** What the first and the fifth example have of a group. */
  readonly first: readonly (keyof typeof joined)[]
  readonly fifth: readonly (keyof typeof security)[]
  /** Whether the first example has a context. */
  readonly hasContext?: true
  readonly third?: Difference
  /** The fourth example. */
  readonly sought: { readonly query: string; readonly row: Shape }
}

const partOf = (row: Readonly<Record<string, Shape>>, names: readonly string[]): Shape =>
  Object.fromEntries(names.map((name) => [name, row[name] ?? 'absent']))

/** The pages have the same five examples. */
function upwards({ page, of, link, first, fifth, hasContext, third, sought }: Upwards): Sample[] {
  const address = `/v1.0/${of}s/{${of}}/${link}`
  const groups = `${address}/microsoft.graph.group`
  const member = of === 'user' ? 'person in a group' : 'group in a group'
  const counted = { ...page, ...eventual, needs: `counted ${member}`, method: 'GET', status: 200 } as const
  return [
    {
      ...page,
      example: 1,
      needs: member,
      method: 'GET',
      address,
      ...(of === 'user' ? { alsoAt: [`/v1.0/me/${link}`] } : {}),
      status: 200,
      ...(hasContext === true ? { context: objects } : {}),
      answer: { ...(hasContext === true ? context : {}), value: [partOf(joined, first)] },
      partial: [...(hasContext === true ? [] : [withoutContext]), defaultsOf(joined, first)],
    },
    { ...counted, example: 2, address: `${address}/$count`, answer: 'number' },
    {
      ...counted,
      example: 3,
      address: `${groups}/$count`,
      answer: 'number',
      ...(third === undefined ? {} : { insteadOf: [third] }),
    },
    refused(
      page,
      4,
      `${groups}?$count=true&$orderby=displayName&${sought.query}`,
      searched,
      { ...context, ...count, value: [sought.row] },
      { ...eventual, needs: counted.needs },
    ),
    {
      ...counted,
      example: 5,
      address: `${groups}?$count=true&$orderby=displayName&$filter=startswith(displayName, 'a')`,
      context: '/v1.0/$metadata#groups',
      answer: { ...context, ...count, value: [partOf(security, fifth)] },
      partial: [defaultsOf(security, fifth)],
    },
  ]
}

const soughtTier = { query: '$search="displayName:tier"&$select=displayName,id', row: named }
const upwardsFacts: readonly Upwards[] = [
  {
    page: memberOf,
    of: 'user',
    link: 'memberOf',
    first: ['@odata.type', 'displayName', 'mailEnabled', 'securityEnabled'],
    fifth: ['displayName', 'mail', 'mailEnabled', 'mailNickname', 'securityEnabled'],
    sought: soughtTier,
  },
  {
    page: pageOf('user-list-transitivememberof', '073a3963b21637213e5f1e568a46929928f02ddf'),
    of: 'user',
    link: 'transitiveMemberOf',
    first: ['@odata.type', 'displayName', 'mailEnabled', 'mailNickname', 'securityEnabled'],
    fifth: ['displayName', 'mail', 'mailEnabled', 'mailNickname', 'securityEnabled'],
    hasContext: true,
    sought: soughtTier,
  },
  {
    page: pageOf('group-list-memberof', '09a024454e4f07a488bfd4e3d7f96696598ca10f'),
    of: 'group',
    link: 'memberOf',
    first: ['id', 'mail', 'mailEnabled', 'mailNickname', 'securityEnabled'],
    fifth: ['displayName', 'mail', 'mailEnabled', 'mailNickname', 'securityEnabled'],
    third: {
      at: 'address',
      documented: '/v1.0/devices/{id}/memberOf/microsoft.graph.group/$count',
      ours: '/v1.0/groups/{group}/memberOf/microsoft.graph.group/$count',
      why: 'The page is about groups: its other examples, and its address, are of a group.',
      section: 'gdap.md §7.6',
    },
    sought: {
      query: '$search="displayName:Video"',
      row: { displayName: 'string', mail: 'string', mailNickname: 'string' },
    },
  },
  {
    page: pageOf('group-list-transitivememberof', '06473d2fa2a68f08dfeda8b4ea4a1c46f60afe9b'),
    of: 'group',
    link: 'transitiveMemberOf',
    first: ['@odata.type', 'id', 'mail'],
    fifth: ['displayName', 'mail'],
    sought: soughtTier,
  },
]

function ofTransitive(): Sample[] {
  const ids = { ...context, value: ['string'] }
  const strings = '/v1.0/$metadata#Collection(Edm.String)'
  const { '@odata.type': _, ...row } = joined
  return [
    ...upwardsFacts.flatMap(upwards),
    refused(
      memberOf,
      6,
      '/v1.0/users/{user}/memberOf/microsoft.graph.group?$filter=appRoleAssignments/$count gt 0&$select=id,displayName',
      noSuchMember('appRoleAssignments'),
      { ...context, value: [named] },
      { needs: 'person in a group' },
    ),
    {
      ...transitiveMembers,
      example: 1,
      needs: 'group with a member',
      method: 'GET',
      address: '/v1.0/groups/{group}/transitiveMembers',
      status: 200,
      answer: { value: [{ '@odata.type': '=#microsoft.graph.user', id: 'string', mail: 'string' }] },
      partial: [withoutContext, defaultsOf(memberOfSeed, ['@odata.type', 'id', 'mail'])],
    },
    {
      ...transitiveMembers,
      ...eventual,
      example: 2,
      needs: 'counted group with a member',
      method: 'GET',
      address: '/v1.0/groups/{group}/transitiveMembers/$count',
      status: 200,
      answer: 'number',
    },
    {
      ...transitiveMembers,
      ...eventual,
      example: 3,
      needs: 'counted group with a group in it',
      method: 'GET',
      address: '/v1.0/groups/{group}/transitivemembers/microsoft.graph.group?$count=true',
      status: 200,
      context: '/v1.0/$metadata#groups',
      answer: {
        ...context,
        ...count,
        value: [
          {
            '@odata.id': 'string',
            organizationId: 'string',
            id: 'string',
            description: 'null',
            displayName: 'string',
            groupTypes: [],
            mail: 'string|null',
            mailEnabled: 'boolean',
            mailNickname: 'string',
          },
        ],
      },
      partial: [
        defaultsOf(row, ['id', 'description', 'displayName', 'groupTypes', 'mail', 'mailEnabled', 'mailNickname']),
      ],
      insteadOf: [
        { ...identifier, at: 'value/*/@odata.id' },
        {
          at: 'value/*/organizationId',
          documented: 'string',
          ours: 'absent',
          why: 'The type group has no such member in the CSDL.',
          section: 'gdap.md §7.6',
        },
      ],
    },
    {
      ...pageOf('directoryobject-getmembergroups', '0061138f3b952955c2898131d3c6633a8b26c974'),
      needs: 'person in a group, for a function',
      method: 'POST',
      address: '/v1.0/directoryObjects/{user}/getMemberGroups',
      alsoAt: ['/v1.0/users/{user}/getMemberGroups'],
      request: { securityEnabledOnly: 'boolean' },
      status: 200,
      context: strings,
      answer: ids,
    },
    {
      ...pageOf('directoryobject-checkmembergroups', '014e7d3e15863711cb3f994e407554228105a859'),
      example: 1,
      needs: 'person in a group, and ids',
      method: 'POST',
      address: '/v1.0/directoryObjects/{user}/checkMemberGroups',
      alsoAt: ['/v1.0/users/{user}/checkMemberGroups'],
      request: { groupIds: ['string'] },
      status: 200,
      context: strings,
      answer: ids,
    },
    {
      ...pageOf('directoryobject-getmemberobjects', '0273c463ba400fd1c477eb6800edb2eee57b1773'),
      needs: 'person in a group, for a function',
      method: 'POST',
      address: '/v1.0/directoryObjects/{user}/getMemberObjects',
      alsoAt: ['/v1.0/me/getMemberObjects', '/v1.0/users/{user}/getMemberObjects'],
      request: { securityEnabledOnly: 'boolean' },
      status: 200,
      context: strings,
      answer: ids,
    },
    {
      ...pageOf('directoryobject-checkmemberobjects', '02b4cba04d0426b41fe35819922b100050c5c441'),
      needs: 'person in a group, and ids of objects',
      method: 'POST',
      address: '/v1.0/me/checkMemberObjects',
      alsoAt: ['/v1.0/users/{user}/checkMemberObjects', '/v1.0/directoryObjects/{user}/checkMemberObjects'],
      request: { ids: ['string'] },
      status: 200,
      answer: { value: ['string'] },
      partial: [withoutContext],
    },
    {
      ...pageOf('directoryobject-get', '0713c450496046d1f357f9afae7a914ac6ab4277'),
      needs: 'person with a mail address',
      method: 'GET',
      address: '/v1.0/directoryObjects/{user}',
      status: 200,
      context: '/v1.0/$metadata#directoryObjects/$entity',
      answer: {
        ...context,
        '@odata.type': '=#microsoft.graph.user',
        '@odata.id': 'string',
        id: 'string',
        businessPhones: [],
        displayName: 'string',
        givenName: 'null',
        jobTitle: 'null',
        mail: 'string',
        mobilePhone: 'null',
        officeLocation: 'null',
        preferredLanguage: 'null',
        surname: 'null',
        userPrincipalName: 'string',
      },
      insteadOf: [identifier],
    },
  ]
}

export const groupSamples: readonly Sample[] = [...ofGroups(), ...ofMembers(), ...ofTransitive()]
