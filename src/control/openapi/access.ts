/** Operations on tenants, issuers, applications and rights. */
import type { Operations } from './operation.ts'
import {
  anything,
  closed,
  described,
  flag,
  guid,
  listOf,
  object,
  oneOf,
  orNull,
  text,
  values,
  whole,
} from './schemas.ts'

const tenant = object({ id: guid, displayName: text, defaultDomain: text, domains: listOf(text) })
const named = object({ id: text, displayName: text })

const access = object({
  allowed: flag,
  user: object({ id: guid, displayName: text, userPrincipalName: text, tenantId: guid }),
  tenant: named,
  'action?': text,
  'permissions?': listOf(text),
  'roles?': listOf(text),
  by: listOf(
    object({ relationship: named, assignment: object({ id: text }), group: named, roles: listOf(named), until: text }),
  ),
  until: orNull(text),
  reason: text,
})

const roles = object({
  tenantId: guid,
  administrators: listOf(text),
  groups: listOf(object({ id: text, displayName: text, managers: listOf(text), contributors: listOf(text) })),
})

const day = { type: 'string', format: 'date' }

const rolesFile = object({
  format: text,
  asOf: day,
  sources: listOf(text),
  roles: listOf(
    object({
      id: guid,
      name: text,
      aliases: listOf(text),
      description: text,
      categories: listOf(text),
      privileged: flag,
      gdap: oneOf('yes', 'likely', 'no', 'unknown'),
      gdapSource: text,
      state: oneOf('current', 'preview', 'deprecated', 'notForUse', 'systemAssigned', 'withdrawn'),
      firstSeen: text,
    }),
  ),
  digest: text,
})

const namedRole = object({ id: guid, name: text })
const rolesOutcome = object({
  from: day,
  asOf: day,
  added: listOf(namedRole),
  changed: listOf(object({ id: guid, name: text, members: listOf(text) })),
  withdrawn: listOf(namedRole),
  tenants: described(whole, 'Tenants whose roles were brought up to it.'),
  dryRun: flag,
})

const lists = Object.fromEntries(
  [
    'appRoles',
    'webRedirectUris',
    'spaRedirectUris',
    'nativeRedirectUris',
    'delegatedScopes',
    'identifierUris',
    'exposedScopes',
    'certificates',
    'assignedTo',
  ].map((name) => [`${name}?`, listOf(text)]),
)

export const accessOperations: Operations = {
  '/_relata/tenants': {
    GET: { summary: 'The tenants of the server.', answer: { schema: values(tenant) } },
    POST: {
      summary: 'Adds a tenant, or those of a template.',
      body: anything,
      answer: { status: 201, schema: anything },
      refusals: [409],
    },
  },
  '/_relata/tenants/{id}': {
    GET: { summary: 'A tenant.', answer: { schema: tenant } },
    PATCH: { summary: 'Changes a tenant.', body: anything, answer: { schema: tenant }, refusals: [409] },
    DELETE: {
      summary: 'Removes a tenant with all its rows.',
      body: closed({ confirm: described(text, 'The name of the tenant.') }),
      refusals: [409],
    },
  },
  '/_relata/issuers': {
    GET: {
      summary: 'The outside issuers that are accepted.',
      answer: { schema: object({ issuers: listOf(anything) }) },
    },
  },
  '/_relata/issuers/check': {
    POST: {
      summary: 'Who a token would be, or why it is refused.',
      body: closed({ token: text }),
      answer: { schema: anything },
    },
  },
  '/_relata/roles': {
    GET: { summary: 'The catalogue of built-in roles, as a file of roles.', answer: { schema: rolesFile } },
    POST: {
      summary: 'A newer catalogue from a list of roles. A role that the list does not have is withdrawn.',
      query: {
        dryRun: described(flag, 'Only says what would change.'),
        force: described(flag, 'Takes an older list, and one that withdraws most roles.'),
        asOf: described({ type: 'string', format: 'date' }, 'Day of a list that has none.'),
      },
      body: described(
        { type: ['object', 'array'] },
        'A file of roles, pages of roleDefinitions, or a list of CIPP or Microsoft.',
      ),
      answer: { schema: rolesOutcome },
      refusals: [409],
    },
  },
  '/_relata/term-store/roles': {
    GET: {
      summary: 'Who holds which role of the taxonomy.',
      query: { tenant: text },
      answer: { schema: roles },
      refusals: [404],
    },
    POST: {
      summary: 'Replaces lists of holders.',
      body: closed({
        'tenant?': text,
        'groupId?': text,
        'administrators?': listOf(text),
        'managers?': listOf(text),
        'contributors?': listOf(text),
      }),
      answer: { schema: roles },
      refusals: [404],
    },
  },
  '/_relata/access': {
    GET: {
      summary: 'Whether a person may do something, and why.',
      query: {
        user: { ...described(text, 'Id or sign-in name.'), isNeeded: true },
        tenant: { ...described(text, 'Id or domain.'), isNeeded: true },
        action: described(text, 'A method and a path, such as PATCH /termStore.'),
      },
      answer: { schema: access },
      refusals: [404],
    },
  },
  '/_relata/tokens': {
    POST: {
      summary: 'An access token for Graph, or for Partner Center, without a sign-in.',
      body: closed({ tenant: text, 'app?': text, 'user?': text, 'scopes?': listOf(text), 'resource?': text }),
      answer: { schema: object({ accessToken: text, expiresIn: whole }) },
    },
  },
  '/_relata/applications': {
    POST: {
      summary: 'Registers an application, or replaces its registration.',
      body: closed({
        tenantId: text,
        'id?': guid,
        'displayName?': text,
        'secret?': text,
        'isPublic?': flag,
        'idTokens?': flag,
        'tokenVersion?': { type: 'integer', enum: [1, 2] },
        ...lists,
      }),
      answer: { schema: object({ tenantId: guid, id: guid }) },
    },
  },
  '/_relata/keys/rotate': {
    POST: {
      summary: 'A new signing key of the built-in issuer.',
      body: object({ 'leadSeconds?': { ...whole, minimum: 0, maximum: 604_800 } }),
      isBodyOptional: true,
      answer: { schema: object({ keys: listOf(anything) }) },
    },
  },
}
