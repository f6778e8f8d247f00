/** What may be watched, by the address of the resource: the table of events.md §3.3. Pure. */
import { guidOf, guidsOf } from '#base/ids.ts'
import { shortText } from '#base/text/short-text.ts'
import { groupScopes, userScopes } from '../../directory/objects.ts'
import { readPermissions } from '../../gdap/types.ts'
import { store } from '../../term-store/types.ts'

export type ChangeType = 'created' | 'updated' | 'deleted'
export const changeTypes: readonly ChangeType[] = ['created', 'updated', 'deleted']

export type WatchedKind =
  | 'users'
  | 'groups'
  | 'members'
  | 'relationships'
  | 'assignments'
  | 'customers'
  | 'termGroups'
  | 'termSet'
  | 'terms'
  | 'relations'

interface WatchedFacts {
  readonly changeTypes: readonly ChangeType[]
  /** One of them is enough. */
  readonly permissions: readonly string[]
  /** Graph has no notifications for it. */
  readonly isOurs?: true
  /** Names of the events; `*` stands for any text. */
  readonly events: readonly string[]
  /** How long a subscription may last (events.md §3.1). */
  readonly mostMinutes: number
}

/** Of directory types; of lists, to which ours are likened. */
const directoryMinutes = 41_760
const listMinutes = 42_300

const ofGdap = { isOurs: true, permissions: readPermissions, mostMinutes: listMinutes } as const
const ofTermStore = {
  isOurs: true,
  changeTypes,
  permissions: store.scopes?.read ?? [],
  mostMinutes: listMinutes,
} as const

function relationshipEvents(names: readonly string[]): readonly string[] {
  return names.map((name) => `relata.granular-admin-relationship-${name}`)
}

export const watchedKinds: Readonly<Record<WatchedKind, WatchedFacts>> = {
  users: {
    changeTypes,
    permissions: userScopes.read,
    events: ['relata.directory.user-*'],
    mostMinutes: directoryMinutes,
  },
  groups: {
    changeTypes,
    permissions: groupScopes.read,
    events: ['relata.directory.group-*'],
    mostMinutes: directoryMinutes,
  },
  members: {
    changeTypes: ['updated'],
    permissions: groupScopes.read,
    events: ['relata.directory.member-*'],
    mostMinutes: directoryMinutes,
  },
  relationships: {
    ...ofGdap,
    changeTypes,
    events: [
      'granular-admin-relationship-*',
      // Not the reminders: nothing has changed when they come.
      ...relationshipEvents(['created', 'locked', 'changed', 'auto-extended', 'cleaned-up', 'deleted']),
    ],
  },
  assignments: {
    ...ofGdap,
    changeTypes,
    events: ['granular-admin-access-assignment-*', 'relata.granular-admin-access-assignment-*'],
  },
  customers: { ...ofGdap, changeTypes: ['created', 'deleted'], events: ['relata.directory.customer-*'] },
  termGroups: { ...ofTermStore, events: ['relata.taxonomy.group-*'] },
  termSet: { ...ofTermStore, events: ['relata.taxonomy.set-*'] },
  terms: { ...ofTermStore, events: ['relata.taxonomy.term-*'] },
  relations: { ...ofTermStore, events: ['relata.taxonomy.relation-*'] },
}

/** A resource that is named in a subscription. Whether it is there, and may be read, is not known yet. */
export interface WatchedAddress {
  readonly kind: WatchedKind
  /** As it was written; undefined: all of the kind. */
  readonly key?: string | undefined
  /** Of the site from which the term store is seen. */
  readonly site?: string | undefined
}

/** Names as the model has them; `{}` is a key. The first that fits counts. */
export const watchedForms: readonly (readonly [form: string, kind: WatchedKind])[] = [
  ['users', 'users'],
  ['users/{}', 'users'],
  ['groups', 'groups'],
  ['groups/{}', 'groups'],
  ['groups/{}/members', 'members'],
  ['tenantRelationships/delegatedAdminRelationships', 'relationships'],
  ['tenantRelationships/delegatedAdminRelationships/{}', 'relationships'],
  ['tenantRelationships/delegatedAdminRelationships/{}/accessAssignments', 'assignments'],
  ['tenantRelationships/delegatedAdminCustomers', 'customers'],
  ...['sites/{}/termStore', 'termStore'].flatMap((root): [string, WatchedKind][] => [
    [`${root}/groups`, 'termGroups'],
    [`${root}/sets/{}`, 'termSet'],
    [`${root}/sets/{}/terms`, 'terms'],
    [`${root}/sets/{}/relations`, 'relations'],
  ]),
]

/** For messages. */
export function servedForms(strict: boolean): string {
  return watchedForms
    .filter(([, kind]) => !(strict && watchedKinds[kind].isOurs === true))
    .map(([form]) => form.replaceAll('{}', '{id}'))
    .join(', ')
}

/** `name('key')` and `name/key` are the same. Undefined: it is no path. */
function segmentsOf(resource: string): readonly string[] | undefined {
  if (/[?#]/.test(resource)) return undefined
  const path = resource.replace(/^\//, '').replace(/^(?:v1\.0|beta)\//i, '')
  const parts = path.replace(/\('([^'/]*)'\)/g, '/$1').split('/')
  try {
    return parts.map((part) => decodeURIComponent(part))
  } catch {
    return undefined
  }
}

/** Undefined: nothing that may be watched has that address. */
export function watchedAt(resource: string, strict: boolean): WatchedAddress | undefined {
  const parts = segmentsOf(resource)
  if (parts === undefined || parts.some((part) => part === '')) return undefined
  for (const [form, kind] of watchedForms) {
    const names = form.split('/')
    const isSame = (name: string, at: number) => name === '{}' || name.toLowerCase() === parts[at]?.toLowerCase()
    if (names.length !== parts.length || !names.every(isSame)) continue
    if (strict && watchedKinds[kind].isOurs === true) return undefined
    const keys = parts.filter((_, at) => names[at] === '{}')
    const isOfSite = form.startsWith('sites/')
    return { kind, site: isOfSite ? keys[0] : undefined, key: keys[isOfSite ? 1 : 0] }
  }
  return undefined
}

/** A key of rows that are found by GUIDs. */
export function keyIn(kind: WatchedKind, key: string): string | undefined {
  return kind === 'relationships' || kind === 'assignments' ? guidsOf(key) : guidOf(key)
}

/** Undefined, with the reason, for what is no list of change types. */
export function changeTypesIn(text: string, kind: WatchedKind): { types: ChangeType[] } | { fault: string } {
  const served = watchedKinds[kind].changeTypes
  const asked = text.split(',').map((part) => part.trim().toLowerCase())
  const stray = asked.find((part) => !served.includes(part as ChangeType))
  if (stray !== undefined)
    return { fault: `'${shortText(stray)}' is not one of the changes told of here: ${served.join(', ')}.` }
  return { types: served.filter((type) => asked.includes(type)) }
}
