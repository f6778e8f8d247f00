/** The samples of the pages about users, v1.0, as facts. */
import type { Difference, Partial, Sample, Shape } from '../sample.ts'
import { pageOf, refused } from './left-out.ts'

const context = { '@odata.context': 'string' }
const count = { '@odata.count': 'number' }
const eventual = { requestHeaders: ['ConsistencyLevel'] }

export const user = {
  id: 'string',
  businessPhones: ['string'],
  displayName: 'string',
  givenName: 'string',
  jobTitle: 'string',
  mail: 'string',
  mobilePhone: 'string',
  officeLocation: 'string',
  preferredLanguage: 'string',
  surname: 'string',
  userPrincipalName: 'string',
}

/** In lists, of which some rows have no value. */
const nullable = (type: string) => `${type}|null`
const anyUser = {
  ...user,
  businessPhones: [],
  givenName: nullable('string'),
  jobTitle: nullable('string'),
  mail: nullable('string'),
  mobilePhone: nullable('string'),
  officeLocation: nullable('string'),
  preferredLanguage: nullable('string'),
  surname: nullable('string'),
}

/** Default members that an abbreviated sample leaves out. */
export const defaultsOf = (
  row: Readonly<Record<string, Shape>>,
  shown: readonly string[],
  below = 'value/*/',
): Partial => ({
  lacks: Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => !shown.includes(name))
      .map(([name, shape]) => [`${below}${name}`, shape]),
  ),
  why: 'The page says that it is shortened, and lists the members that are returned by default.',
})

const aliasIsAsked: Difference = {
  at: 'value/*/mailNickname',
  documented: 'string',
  ours: 'absent',
  why: 'The page itself does not have it among the members that are returned by default.',
  section: 'gdap.md §7.6',
}

const withoutContext: Partial = {
  lacks: context,
  why: 'The page says that it is shortened; other examples of the same page have it.',
}

const list = pageOf('user-list', '008316a3480bf8069254a9535f5f61b0e6600f6b')
const get = pageOf('user-get', '006092210852de4f617fb99583960308bc4b986a')
const post = pageOf('user-post-users', '03c7b71e4db41c4ac68bfa53212454c3e1412d3c')
const update = pageOf('user-update', 'aaa298bb778bc92cdc9bd3662439013677d27a08')

const searched = '`$search` is answered 400: only terms can be searched.'
const noSuchMember = (name: string) => `A request with \`${name}\` is answered 400: Relata does not have that member.`
const named = { displayName: 'string', id: 'string' }
const foundUser = { displayName: 'string', givenName: 'string', mail: 'string', userPrincipalName: 'string' }
const found = (row: Shape): Shape => ({ ...context, ...count, value: [row] })
const identity: Shape = { signInType: 'string', issuer: 'string', issuerAssignedId: 'string' }
const license: Shape = { disabledPlans: [], skuId: 'string' }

export const userSamples: readonly Sample[] = [
  {
    ...list,
    example: 1,
    needs: 'person with everything',
    method: 'GET',
    address: '/v1.0/users',
    status: 200,
    context: '/v1.0/$metadata#users',
    answer: { ...context, value: [anyUser, { ...anyUser, businessPhones: ['string'] }] },
  },
  refused(
    list,
    2,
    "/v1.0/users?$select=displayName,id&$filter=identities/any(c:c/issuerAssignedId eq 'a@b.example' and c/issuer eq 'Ours')",
    noSuchMember('identities'),
    { value: [named] },
  ),
  {
    ...list,
    ...eventual,
    example: 3,
    needs: 'count',
    method: 'GET',
    address: '/v1.0/users/$count',
    status: 200,
    answer: 'number',
  },
  {
    ...list,
    ...eventual,
    example: 4,
    needs: 'count',
    method: 'GET',
    address: "/v1.0/users?$filter=startswith(displayName,'a')&$orderby=displayName&$count=true&$top=1",
    status: 200,
    context: '/v1.0/$metadata#users',
    answer: {
      ...context,
      ...count,
      value: [{ displayName: 'string', mail: 'string', mailNickname: 'string', userPrincipalName: 'string' }],
    },
    partial: [defaultsOf(anyUser, ['displayName', 'mail', 'userPrincipalName'])],
    insteadOf: [aliasIsAsked],
  },
  {
    ...list,
    ...eventual,
    example: 5,
    needs: 'counted person with everything',
    method: 'GET',
    address: "/v1.0/users?$filter=endswith(mail,'{ending}')&$orderby=userPrincipalName&$count=true",
    status: 200,
    context: '/v1.0/$metadata#users',
    answer: {
      ...context,
      ...count,
      value: [
        {
          id: 'string',
          displayName: 'string',
          givenName: 'string',
          jobTitle: 'string',
          mail: 'string',
          userPrincipalName: 'string',
        },
      ],
    },
    partial: [defaultsOf(user, ['id', 'displayName', 'givenName', 'jobTitle', 'mail', 'userPrincipalName'])],
  },
  refused(
    list,
    6,
    '/v1.0/users?$search="displayName:wa"&$orderby=displayName&$count=true',
    searched,
    found(foundUser),
    {
      ...eventual,
      needs: 'count',
    },
  ),
  refused(
    list,
    7,
    '/v1.0/users?$search="displayName:wa" OR "displayName:ad"&$orderbydisplayName&$count=true',
    searched,
    found(foundUser),
    { ...eventual, needs: 'count' },
  ),
  refused(
    list,
    8,
    "/v1.0/users?$select=id,displayName,mail,identities&$filter=endsWith(userPrincipalName,'%23EXT%23@contoso.example')&$count=true",
    noSuchMember('identities'),
    found({ ...named, mail: 'string', identities: [identity] }),
  ),
  refused(
    list,
    9,
    '/v1.0/users?$select=id,mail,assignedLicenses&$filter=assignedLicenses/any(u:u/skuId eq cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46)',
    noSuchMember('assignedLicenses'),
    { ...context, value: [{ id: 'string', mail: 'string', assignedLicenses: [license] }] },
  ),
  refused(list, 10, '/v1.0/users?$select=ext55gb1l09_msLearnCourses', 'There are no extensions.', {
    ...context,
    value: [{}],
  }),
  refused(
    list,
    11,
    '/v1.0/users?$select=displayName,userPrincipalName,signInActivity',
    noSuchMember('signInActivity'),
    { ...context, value: [] },
  ),
  {
    ...get,
    example: 1,
    needs: 'person with everything',
    method: 'GET',
    address: '/v1.0/users/{user}',
    status: 200,
    answer: user,
    partial: [withoutContext],
  },
  {
    ...get,
    example: 2,
    needs: 'signed-in person',
    method: 'GET',
    address: '/v1.0/me',
    status: 200,
    answer: user,
    partial: [withoutContext],
  },
  refused(
    get,
    3,
    '/v1.0/users/{user}?$select=displayName,givenName,postalCode,identities',
    noSuchMember('postalCode'),
    { ...context, displayName: 'string', givenName: 'string', postalCode: 'string', identities: [identity] },
    { needs: 'person' },
  ),
  {
    ...post,
    example: 1,
    needs: 'body of a person',
    method: 'POST',
    address: '/v1.0/users',
    request: {
      accountEnabled: 'boolean',
      displayName: 'string',
      mailNickname: 'string',
      userPrincipalName: 'string',
      passwordProfile: { forceChangePasswordNextSignIn: 'boolean', password: 'string' },
    },
    status: 201,
    context: '/v1.0/$metadata#users/$entity',
    answer: { ...context, ...user, businessPhones: [] },
    insteadOf: [
      ...(
        ['givenName', 'jobTitle', 'mail', 'mobilePhone', 'officeLocation', 'preferredLanguage', 'surname'] as const
      ).map((name) => ({
        at: name,
        documented: 'string',
        ours: 'null',
        why: 'The sample has values for members that its request does not set.',
        section: 'gdap.md §7.6',
      })),
    ],
  },
  refused(
    post,
    2,
    '/v1.0/users',
    noSuchMember('identities'),
    { ...context, ...named, identities: [identity], passwordPolicies: '=DisablePasswordExpiration' },
    {
      needs: 'body with identities',
      error: { target: 'string', details: [{ code: 'string', message: 'string', target: 'string' }] },
      method: 'POST',
      request: {
        displayName: 'string',
        identities: [identity],
        passwordProfile: { password: 'string', forceChangePasswordNextSignIn: 'boolean' },
        passwordPolicies: '=DisablePasswordExpiration',
      },
      status: 201,
    },
  ),
  {
    ...update,
    example: 1,
    needs: 'signed-in person and changes',
    method: 'PATCH',
    address: '/v1.0/me',
    request: { businessPhones: ['string'], officeLocation: 'string' },
    status: 204,
    insteadOf: [
      {
        at: 'status',
        documented: 204,
        ours: 405,
        why: 'The signed-in user is changed through /users/{id} only.',
        section: 'gdap.md §7.6',
        isMissing: true,
      },
    ],
  },
  {
    ...update,
    example: 2,
    needs: 'person and changes',
    method: 'PATCH',
    address: '/v1.0/users/{user}',
    request: { businessPhones: ['string'], officeLocation: 'string' },
    status: 204,
  },
  {
    ...update,
    example: 3,
    needs: 'person and password',
    method: 'PATCH',
    address: '/v1.0/users/{user}',
    request: { passwordProfile: { forceChangePasswordNextSignIn: 'boolean', password: 'string' } },
    status: 204,
  },
  {
    ...pageOf('user-delete', '05c1078fa365fdcbcfccdb7896a31bbe2a0f53eb'),
    needs: 'person',
    method: 'DELETE',
    address: '/v1.0/users/{user}',
    status: 204,
  },
]
