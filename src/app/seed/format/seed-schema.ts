/** The seed file format, version 1, as a JSON Schema: published as `seed-1.schema.json`, and what seeds are checked against. */
import type { JsonSchema } from '#base/schema-check.ts'
import { relationshipStates } from './seed-format.ts'

export const seedSchemaName = 'seed-1.schema.json'

const guid: JsonSchema = {
  type: 'string',
  description: 'a GUID, such as 3f2a0c5e-8f1b-4d6a-9c1e-5b7d2a9e4f10',
  pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
}
const domain: JsonSchema = {
  type: 'string',
  description: 'a domain, such as contoso.example',
  maxLength: 253,
  // The last part has to begin with a letter: addresses begin with a domain, and `v1.0` and 127.0.0.1 mean something else.
  pattern: '^([A-Za-z0-9]([A-Za-z0-9\\-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z]([A-Za-z0-9\\-]{0,61}[A-Za-z0-9])$',
}
const signInName: JsonSchema = {
  type: 'string',
  description: 'a sign-in name, such as ada@contoso.example',
  maxLength: 113,
  pattern: "^[A-Za-z0-9'._\\-!#\\^~]+@[A-Za-z0-9\\-]+(\\.[A-Za-z0-9\\-]+)+$",
}
const language: JsonSchema = {
  type: 'string',
  description: 'a language tag, such as en-US',
  pattern: '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$',
}
const duration: JsonSchema = {
  type: 'string',
  description: 'an ISO 8601 duration, such as P365D',
  pattern: '^P[0-9TYMWDHS]+$',
}
const moment: JsonSchema = {
  type: 'string',
  description: 'an instant such as 2026-05-01T09:00:00Z, or a duration from now such as -P30D',
  pattern: '^(-?P[0-9TYMWDHS]+|\\d{4}-\\d\\d-\\d\\d(T[0-9:.]+(Z|[+\\-]\\d\\d:\\d\\d))?)$',
}
const inOneLine = '[^\\p{Cc}\\p{Zl}\\p{Zp}]'
const name: JsonSchema = {
  type: 'string',
  description: 'a name: it has no control characters, and not blanks only',
  minLength: 1,
  maxLength: 256,
  pattern: `^(?=.*[^\\p{Z}\\p{Cf}])${inOneLine}*$`,
}
const text: JsonSchema = { type: 'string', maxLength: 1024 }
const line: JsonSchema = {
  ...text,
  description: 'a text without control characters',
  pattern: `^${inOneLine}*$`,
}
const flag: JsonSchema = { type: 'boolean' }
const reference: JsonSchema = { type: 'string', description: 'an id or a name', minLength: 1, maxLength: 256 }
const uri: JsonSchema = { type: 'string', minLength: 1, maxLength: 1024 }

function listOf(items: JsonSchema, more: Partial<JsonSchema> = {}): JsonSchema {
  return { type: 'array', items, ...more }
}

function object(
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
  more: Partial<JsonSchema> = {},
): JsonSchema {
  return { type: 'object', properties, required, additionalProperties: false, ...more }
}

function byName(additionalProperties: JsonSchema): JsonSchema {
  return { type: 'object', additionalProperties }
}

const administrator: JsonSchema = {
  description: 'a sign-in name, an object id, or an object with an id',
  anyOf: [
    {
      type: 'string',
      description: 'a sign-in name or an object id',
      pattern: `(${signInName.pattern})|(${guid.pattern})`,
      maxLength: 113,
    },
    object({ id: guid, userPrincipalName: signInName, displayName: name }, ['id']),
  ],
}

const person = object(
  {
    id: guid,
    userPrincipalName: signInName,
    createdDateTime: moment,
    displayName: name,
    givenName: line,
    surname: line,
    jobTitle: line,
    mail: line,
    mailNickname: { type: 'string', minLength: 1, maxLength: 64 },
    accountEnabled: flag,
    userType: { type: 'string', enum: ['Member', 'Guest'] },
    directoryRoles: listOf(reference),
  },
  ['userPrincipalName'],
)

const group = object(
  {
    id: guid,
    createdDateTime: moment,
    displayName: name,
    description: text,
    mailNickname: { type: 'string', minLength: 1, maxLength: 64 },
    type: { type: 'string', enum: ['security', 'microsoft365'] },
    isAssignableToRole: flag,
    visibility: { type: 'string', enum: ['Private', 'Public', 'HiddenMembership'] },
    members: listOf(reference),
  },
  ['displayName'],
)

const site = object(
  {
    path: {
      type: 'string',
      description: 'a path without slashes at its ends',
      pattern: '^([^/?#]+(/[^/?#]+)*)?$',
      maxLength: 400,
    },
    createdDateTime: moment,
    displayName: name,
    hostName: domain,
    siteCollectionId: guid,
    webId: guid,
    group: reference,
  },
  ['path'],
)

const secret: JsonSchema = {
  description: "'well-known', or an object with 'hash', 'environment' or 'file'",
  anyOf: [
    { type: 'string', enum: ['well-known'] },
    object(
      {
        hash: {
          type: 'string',
          description: 'a hash as `relata tenant hash-secret` prints it',
          pattern: '^scrypt\\$\\d{1,2}\\$[\\w\\-]+\\$[\\w\\-]+$',
        },
        environment: { type: 'string', description: 'the name of a variable', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
        file: { type: 'string', minLength: 1 },
      },
      [],
      { minProperties: 1 },
    ),
  ],
}

const signIn = object(
  {
    webRedirectUris: listOf(uri),
    spaRedirectUris: listOf(uri),
    nativeRedirectUris: listOf(uri),
    isPublic: flag,
    idTokens: flag,
    delegatedScopes: listOf(uri),
    identifierUris: listOf(uri),
    exposedScopes: listOf(uri),
    tokenVersion: { type: 'integer', minimum: 1, maximum: 2 },
    certificates: listOf({
      type: 'string',
      description: 'a certificate as PEM',
      pattern: '-----BEGIN CERTIFICATE-----',
    }),
    assignedTo: listOf(guid),
  },
  [],
)

const application = object({ id: guid, displayName: name, appRoles: listOf(uri), secret, signIn }, [
  'id',
  'displayName',
])

const term = object(
  {
    id: guid,
    labels: {
      type: 'object',
      description: 'labels by language',
      minProperties: 1,
      additionalProperties: {
        description: 'a label, or a list of the default label and its synonyms',
        anyOf: [
          { type: 'string', minLength: 1, maxLength: 255 },
          listOf({ type: 'string', minLength: 1, maxLength: 255 }, { minItems: 1 }),
        ],
      },
    },
    descriptions: byName({ type: 'string' }),
    properties: byName({ type: 'string' }),
    children: listOf({ $ref: '#/$defs/term' }),
  },
  ['labels'],
)

const termSet = object(
  {
    id: guid,
    names: { ...byName({ type: 'string', minLength: 1, maxLength: 255 }), minProperties: 1 },
    description: { type: 'string' },
    isOpen: flag,
    terms: listOf({ $ref: '#/$defs/term' }),
    relations: listOf(
      object({ relationship: { type: 'string', enum: ['pin', 'reuse'] }, toTerm: guid, home: guid, fromTerm: guid }, [
        'relationship',
        'toTerm',
        'home',
      ]),
    ),
  },
  ['names'],
)

const termGroup = object(
  {
    id: guid,
    displayName: { ...name, maxLength: 255 },
    description: { type: 'string' },
    site: { type: 'string', minLength: 1, maxLength: 400 },
    managers: listOf(reference),
    contributors: listOf(reference),
    sets: listOf({ $ref: '#/$defs/set' }),
  },
  ['displayName'],
)

const termStore = object(
  {
    id: guid,
    languages: listOf(language, { minItems: 1, maxItems: 200 }),
    defaultLanguage: language,
    administrators: listOf(reference),
    groups: listOf({ $ref: '#/$defs/termGroup' }),
  },
  [],
)

const relationship = object(
  {
    displayName: { ...name, maxLength: 50 },
    customer: reference,
    duration,
    autoExtendDuration: duration,
    roles: listOf(reference, { minItems: 1 }),
    status: { type: 'string', enum: relationshipStates },
    createdDateTime: moment,
    activatedDateTime: moment,
    endDateTime: moment,
    assignments: listOf(object({ group: reference, roles: listOf(reference, { minItems: 1 }) }, ['group'])),
  },
  ['displayName', 'duration', 'roles', 'status'],
)

const tenant = object(
  {
    id: guid,
    displayName: name,
    defaultDomain: domain,
    initialDomain: domain,
    domains: listOf(domain, { maxItems: 5_000 }),
    countryLetterCode: { type: 'string', description: 'two capital letters, such as DE', pattern: '^[A-Z]{2}$' },
    preferredLanguage: language,
    isPartner: flag,
    administrators: listOf(administrator),
    people: listOf({ $ref: '#/$defs/person' }),
    groups: listOf({ $ref: '#/$defs/group' }),
    sites: listOf({ $ref: '#/$defs/site' }),
    applications: {
      description: "'well-known', or a list of applications",
      anyOf: [{ type: 'string', enum: ['well-known'] }, listOf({ $ref: '#/$defs/application' })],
    },
    termStore: { $ref: '#/$defs/termStore' },
    relationships: listOf({ $ref: '#/$defs/relationship' }),
  },
  // Of a tenant that is there already its id is enough: seed-check.ts says what is missing.
  [],
)

export const seedSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:relata:seed:1',
  title: 'Relata seed, version 1',
  type: 'object',
  properties: {
    $schema: {
      type: 'string',
      description: `a path or an address that ends in ${seedSchemaName}`,
      pattern: '(^|/)seed-1\\.schema\\.json$',
    },
    tenants: listOf({ $ref: '#/$defs/tenant' }, { minItems: 1 }),
  },
  required: ['tenants'],
  additionalProperties: false,
  $defs: { tenant, person, group, site, application, termStore, termGroup, set: termSet, term, relationship },
}

/** A new tenant, as `POST /_relata/tenants` takes it. */
export const tenantSchema: JsonSchema = { ...tenant, required: ['displayName', 'defaultDomain'] }
