/** Requests to begin with, by task, filled in with objects of this world. Pure; test/pages/explorer.test.ts runs all. */
import type { Method } from '../data/plan.ts'
import type { TextKey } from '../i18n/t.ts'
import type { ApiVersion } from './paths.ts'

/** Objects of the world; what it lacks is absent. */
export interface Facts {
  readonly groupId?: string
  readonly setId?: string
  readonly otherSetId?: string
  readonly termId?: string
  /** One that no other sample needs. */
  readonly lastTermId?: string
  readonly termName?: string
  readonly relationshipId?: string
  readonly customerId?: string
  readonly personId?: string
  readonly personName?: string
  readonly directoryGroupId?: string
  readonly tenantDomain?: string
  /** A text that is new each time. */
  readonly fresh: string
}

export type FactName = Exclude<keyof Facts, 'fresh'>
export type Filled = Required<Facts>

export interface Request {
  readonly method: Method
  readonly version: ApiVersion
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export const topics = ['terms', 'gdap', 'directory', 'relata'] as const
export type Topic = (typeof topics)[number]

export interface Sample {
  readonly id: string
  readonly topic: Topic
  readonly method: Method
  readonly text: TextKey
  readonly needs: readonly FactName[]
  readonly mode?: 'stand-in'
  make(facts: Filled): Request
}

/** By instant: as text, which has no zeros at its end, `.11Z` comes after `.116Z`. */
export function oldestFirst<One extends { readonly createdDateTime?: string | null | undefined }>(
  all: readonly One[],
): One[] {
  return all.toSorted((a, b) => Date.parse(a.createdDateTime ?? '') - Date.parse(b.createdDateTime ?? ''))
}

const language = 'en-US'

function label(name: string): object {
  return { labels: [{ name, languageTag: language, isDefault: true }] }
}

function read(
  id: string,
  topic: Topic,
  text: TextKey,
  needs: readonly FactName[],
  path: (facts: Filled) => string,
  more: Partial<Request> = {},
): Sample {
  return {
    id,
    topic,
    method: 'GET',
    text,
    needs,
    make: (facts) => ({ method: 'GET', version: 'v1.0', path: path(facts), ...more }),
  }
}

function write(
  method: Method,
  [id, topic, text]: readonly [string, Topic, TextKey],
  needs: readonly FactName[],
  path: (facts: Filled) => string,
  body?: (facts: Filled) => unknown,
): Sample {
  const make = (facts: Filled): Request => ({
    method,
    version: 'v1.0',
    path: path(facts),
    ...(body === undefined ? {} : { body: body(facts) }),
  })
  return { id, topic, method, text, needs, make }
}

const ofTerm = ({ setId, termId }: Filled): string => `/termStore/sets/${setId}/terms/${termId}`
const eventual = { headers: { ConsistencyLevel: 'eventual' } }

export const samples: readonly Sample[] = [
  read('groups', 'terms', 'explorer.sample.groups', [], () => '/termStore/groups?$expand=sets'),
  read('sets', 'terms', 'explorer.sample.sets', ['groupId'], ({ groupId }) => `/termStore/groups/${groupId}/sets`),
  read('children', 'terms', 'explorer.sample.children', ['setId'], ({ setId }) => `/termStore/sets/${setId}/children`),
  read('page', 'terms', 'explorer.sample.page', ['setId'], ({ setId }) => `/termStore/sets/${setId}/terms?$top=2`),
  read('term', 'terms', 'explorer.sample.term', ['setId', 'termId'], ofTerm),
  read(
    'relations',
    'terms',
    'explorer.sample.relations',
    ['setId', 'termId'],
    (facts) => `${ofTerm(facts)}/relations?$expand=set,fromTerm,toTerm`,
  ),
  write(
    'POST',
    ['create', 'terms', 'explorer.sample.create'],
    ['setId'],
    ({ setId }) => `/termStore/sets/${setId}/children`,
    ({ fresh }) => label(`Explorer ${fresh}`),
  ),
  write(
    'PATCH',
    ['rename', 'terms', 'explorer.sample.rename'],
    ['setId', 'termId', 'termName'],
    ofTerm,
    ({ termName }) => label(termName),
  ),
  write(
    'POST',
    ['pin', 'terms', 'explorer.sample.pin'],
    ['setId', 'lastTermId', 'otherSetId'],
    ({ setId, lastTermId }) => `/termStore/sets/${setId}/terms/${lastTermId}/relations`,
    ({ otherSetId }) => ({ relationship: 'pin', set: { id: otherSetId } }),
  ),
  write(
    'POST',
    ['createSet', 'terms', 'explorer.sample.createSet'],
    ['groupId'],
    ({ groupId }) => `/termStore/groups/${groupId}/sets`,
    ({ fresh }) => ({ localizedNames: [{ name: `Explorer ${fresh}`, languageTag: language }] }),
  ),
  write(
    'DELETE',
    ['delete', 'terms', 'explorer.sample.delete'],
    ['setId', 'lastTermId'],
    ({ setId, lastTermId }) => `/termStore/sets/${setId}/terms/${lastTermId}`,
  ),
  read(
    'relationships',
    'gdap',
    'explorer.sample.relationships',
    [],
    () => "/tenantRelationships/delegatedAdminRelationships?$filter=status eq 'active'",
  ),
  read(
    'relationship',
    'gdap',
    'explorer.sample.relationship',
    ['relationshipId'],
    ({ relationshipId }) =>
      `/tenantRelationships/delegatedAdminRelationships/${relationshipId}?$expand=accessAssignments`,
  ),
  read('customers', 'gdap', 'explorer.sample.customers', [], () => '/tenantRelationships/delegatedAdminCustomers'),
  write(
    'POST',
    ['request', 'gdap', 'explorer.sample.request'],
    ['customerId'],
    () => '/tenantRelationships/delegatedAdminRelationships',
    ({ customerId, fresh }) => ({
      displayName: `Explorer ${fresh}`,
      duration: 'P730D',
      customer: { tenantId: customerId },
      accessDetails: { unifiedRoles: [{ roleDefinitionId: '729827e3-9c14-49f7-bb1b-9608f156bbb8' }] },
    }),
  ),
  read('me', 'directory', 'explorer.sample.me', ['personId'], ({ personId }) => `/users/${personId}`),
  read(
    'search',
    'directory',
    'explorer.sample.users',
    [],
    () => '/users?$count=true&$orderby=displayName&$select=id,displayName,userPrincipalName',
    eventual,
  ),
  read(
    'members',
    'directory',
    'explorer.sample.members',
    ['directoryGroupId'],
    ({ directoryGroupId }) => `/groups/${directoryGroupId}/members`,
  ),
  read(
    'audit',
    'directory',
    'explorer.sample.audit',
    [],
    () => '/auditLogs/directoryAudits?$orderby=activityDateTime desc&$top=10',
  ),
  write(
    'POST',
    ['batch', 'directory', 'explorer.sample.batch'],
    [],
    () => '/$batch',
    () => ({
      requests: [
        { id: '1', method: 'GET', url: '/organization' },
        { id: '2', method: 'GET', url: '/termStore/groups' },
      ],
    }),
  ),
  read('info', 'relata', 'explorer.sample.info', [], () => '/info', { version: '_relata' }),
  read('whoami', 'relata', 'explorer.sample.whoami', [], () => '/me', { version: '_relata' }),
  {
    ...read(
      'access',
      'relata',
      'explorer.sample.access',
      ['personName', 'tenantDomain'],
      ({ personName, tenantDomain }) =>
        `/access?user=${encodeURIComponent(personName)}&tenant=${tenantDomain}&action=GET /termStore/groups`,
      { version: '_relata' },
    ),
    mode: 'stand-in',
  },
  write(
    'POST',
    ['find', 'relata', 'explorer.sample.find'],
    ['termName'],
    () => '/termStore/relata.search',
    ({ termName }) => ({
      text: termName.slice(0, 4),
    }),
  ),
]

/** The request of a sample; undefined: the world lacks something that it needs. */
export function filled(sample: Sample, facts: Facts): Request | undefined {
  return sample.needs.every((name) => facts[name] !== undefined) ? sample.make(facts as Filled) : undefined
}
