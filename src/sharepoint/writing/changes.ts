/**
 * The members of a body → what Graph's own writes take of it, and operations for the rest: what Graph calls read-only, and
 * what it has no name for (exchange.md §13.6 "writes").
 */
import { isObject, type Json } from '#base/json.ts'
import { scopeOfType } from '../address/graph-query.ts'
import type { Kind } from '../address/path.ts'
import type { TermPlaceSeen, TermSeen } from '../reading/term-places.ts'
import { badMember } from './body.ts'

export interface VerbCall {
  /** Below the namespace `relata`. */
  readonly name: string
  readonly body: Json
}

export interface Changes {
  readonly members: Json
  readonly operations: readonly VerbCall[]
}

/** The term that is changed and the set it is addressed in; a new one has only the set. */
export interface TermChanged {
  readonly setId: string | undefined
  readonly before: TermSeen | undefined
}

/** Takes a member out, whatever the case of its name. Undefined: it is not there. */
function taker(members: Map<string, unknown>) {
  return (name: string): unknown => {
    for (const [key, value] of members) {
      if (key.toLowerCase() !== name.toLowerCase()) continue
      members.delete(key)
      return value
    }
    return undefined
  }
}

type Take = ReturnType<typeof taker>

function flagIn(value: unknown, target: string): boolean {
  if (typeof value === 'boolean') return value
  throw badMember(`'${target}' is true or false.`, target)
}

function idsIn(value: unknown, target: string): readonly string[] {
  if (value === null) return []
  // CSOM joins the ids by colons.
  const list = typeof value === 'string' ? value.split(':').filter((id) => id !== '') : value
  if (!Array.isArray(list) || list.some((id) => typeof id !== 'string'))
    throw badMember(`'${target}' is a list of ids, or null.`, target)
  return list
}

/** The entries of a list for each set, by set. */
function perSetIn(value: unknown, target: string): ReadonlyMap<string, Json> {
  if (!Array.isArray(value) || value.some((entry) => !isObject(entry) || typeof entry['setId'] !== 'string'))
    throw badMember(`'${target}' is a list of objects with a 'setId'.`, target)
  return new Map((value as Json[]).map((entry) => [String(entry['setId']).toLowerCase(), entry]))
}

interface PerSet<V> {
  readonly target: string
  value(entry: Json): V
  /** What holds now at a place. */
  now(place: TermPlaceSeen): V
}

/**
 * What the body says for the set of the address. Entries of other sets have to be as they are: a client that sends back
 * what it has read changes nothing by them.
 */
function valueHere<V>(
  given: unknown,
  { setId, before }: TermChanged,
  { target, value, now }: PerSet<V>,
): V | undefined {
  const here = setId ?? before?.row.setId
  let found: V | undefined
  for (const [entrySet, entry] of perSetIn(given, target)) {
    const wanted = value(entry)
    const place = before?.places.find(({ shownIn }) => shownIn === entrySet)
    const isSame = place !== undefined && JSON.stringify(now(place)) === JSON.stringify(wanted)
    if (entrySet === here) found = isSame ? undefined : wanted
    else if (!isSame)
      throw badMember(
        `Address the term in the set ${entrySet} to change what holds there: /sets/${entrySet}/terms/…`,
        target,
      )
  }
  return found
}

const availability: PerSet<boolean> = {
  target: 'isAvailableForTagging',
  value: (entry) => flagIn(entry['isAvailable'], 'isAvailableForTagging/isAvailable'),
  now: ({ isAvailable }) => isAvailable,
}

const order: PerSet<readonly string[]> = {
  target: 'customSortOrder',
  value: (entry) => idsIn(entry['order'] ?? null, 'customSortOrder/order'),
  now: (place) => place.order ?? [],
}

function propertyIn(value: unknown) {
  const { key, value: text } = isObject(value) ? value : {}
  if (typeof key !== 'string' || typeof text !== 'string')
    throw badMember("A property has a 'key' and a 'value', both of them texts.", 'localProperties/properties')
  return { key, value: text }
}

const properties: PerSet<readonly { readonly key: string; readonly value: string }[]> = {
  target: 'localProperties',
  value: (entry) => {
    const list = entry['properties'] ?? []
    if (!Array.isArray(list)) throw badMember("'properties' is a list.", 'localProperties/properties')
    return list.map(propertyIn)
  },
  now: (place) => (place.properties ?? []).map(({ key, value }) => ({ key: key ?? '', value: value ?? '' })),
}

function isCleared(given: unknown): boolean {
  return given === null || (Array.isArray(given) && given.length === 0)
}

function operation<V>(name: string, member: string, value: V | undefined): VerbCall[] {
  return value === undefined ? [] : [{ name, body: { [member]: value } }]
}

function termOperations(take: Take, changed: TermChanged): VerbCall[] {
  const [deprecated, available] = [take('isDeprecated'), take('isAvailableForTagging')]
  const [sorted, local] = [take('customSortOrder'), take('localProperties')]
  const isNow = changed.before?.row.isDeprecated ?? false
  const operations: VerbCall[] = []
  if (deprecated !== undefined && flagIn(deprecated, 'isDeprecated') !== isNow)
    operations.push({ name: isNow ? 'undeprecate' : 'deprecate', body: {} })
  if (available !== undefined) {
    const value = typeof available === 'boolean' ? available : valueHere(available, changed, availability)
    operations.push(...operation('setAvailableForTagging', 'value', value))
  }
  if (sorted !== undefined)
    operations.push(...operation('order', 'ids', isCleared(sorted) ? [] : valueHere(sorted, changed, order)))
  if (local !== undefined)
    operations.push(
      ...operation('setLocalProperties', 'properties', isCleared(local) ? [] : valueHere(local, changed, properties)),
    )
  return operations
}

function setOperations(take: Take): VerbCall[] {
  const [open, available] = [take('isOpen'), take('isAvailableForTagging')]
  const [contact, sorted] = [take('contact'), take('customSortOrder')]
  if (contact !== undefined && contact !== null && typeof contact !== 'string')
    throw badMember("'contact' is a text, or null.", 'contact')
  return [
    ...operation('setSubmissionPolicy', 'isOpen', open === undefined ? undefined : flagIn(open, 'isOpen')),
    ...operation(
      'setAvailableForTagging',
      'value',
      available === undefined ? undefined : flagIn(available, 'isAvailableForTagging'),
    ),
    ...operation('setContacts', 'contact', contact),
    ...operation('order', 'ids', sorted === undefined ? undefined : idsIn(sorted, 'customSortOrder')),
  ]
}

/** Names of ours → Graph's; those of Graph's win. */
function renamed(
  members: Map<string, unknown>,
  take: Take,
  from: string,
  to: string,
  value: (old: unknown) => unknown,
) {
  const old = take(from)
  const isGiven = [...members.keys()].some((key) => key.toLowerCase() === to.toLowerCase())
  if (old !== undefined && !isGiven) members.set(to, value(old))
}

/** Throws `invalid` for what is not of its form. What else is wrong, Graph says. */
export function changesIn(kind: Kind, body: Json, changed: TermChanged): Changes {
  const members = new Map(Object.entries(body))
  const take = taker(members)
  const same = (value: unknown): unknown => value
  if (kind === 'group') {
    renamed(members, take, 'name', 'displayName', same)
    renamed(members, take, 'type', 'scope', (type) => scopeOfType.get(String(type).toLowerCase()) ?? type)
  }
  if (kind === 'set') renamed(members, take, 'groupId', 'parentGroup', (id) => ({ id }))
  const operations = kind === 'term' ? termOperations(take, changed) : kind === 'set' ? setOperations(take) : []
  return { members: Object.fromEntries(members), operations }
}
