/** Which members of an entity are shown (exchange.md §13.3): `$select` and `$expand` in any case, unknown names ignored. */
import { AppError } from '#base/errors.ts'
import type { RestOptions } from '../address/options.ts'
import type { Kind } from '../address/path.ts'

export type MemberWish = Pick<RestOptions, 'select' | 'expand'>

export const nothingMore: MemberWish = { select: undefined, expand: new Set() }

const defaults: Readonly<Record<Kind, readonly string[]>> = {
  store: ['id', 'name', 'defaultLanguageTag', 'languageTags'],
  group: ['id', 'name', 'displayName', 'description', 'createdDateTime', 'lastModifiedDateTime', 'type', 'scope'],
  set: [
    ...['id', 'localizedNames', 'description', 'createdDateTime', 'childrenCount', 'groupId', 'isOpen'],
    ...['isAvailableForTagging', 'contact'],
  ],
  term: [
    ...['id', 'childrenCount', 'labels', 'descriptions', 'createdDateTime', 'lastModifiedDateTime', 'isDeprecated'],
    ...['isAvailableForTagging', 'topicRequested'],
  ],
  relation: ['id', 'relationship'],
}

const asked: Readonly<Record<Kind, readonly string[]>> = {
  store: ['administrators'],
  group: [],
  set: ['customSortOrder', 'properties'],
  term: ['customSortOrder', 'properties', 'localProperties'],
  relation: [],
}

/** Links whose entities are shown inside. */
const inner: Readonly<Record<Kind, readonly string[]>> = {
  store: [],
  group: [],
  set: ['parentGroup'],
  term: ['parent', 'set'],
  relation: ['fromTerm', 'toTerm', 'set'],
}

/** The names of the members to show. Throws `invalid` for a link that cannot be expanded. */
export function shownMembers(kind: Kind, { select, expand }: MemberWish): ReadonlySet<string> {
  const extra = [...asked[kind], ...inner[kind]]
  const named = [...defaults[kind], ...extra]
  const known = new Set(named.map((name) => name.toLowerCase()))
  for (const name of expand)
    if (!known.has(name))
      throw new AppError(
        'invalid',
        `'${name.slice(0, 80)}' cannot be expanded here; ${inner[kind].length === 0 ? 'nothing can' : `${inner[kind].join(', ')} can`}.`,
        { code: 'invalidRequest', target: '$expand', check: 'sharepoint.expand' },
      )
  const wanted = (name: string): boolean => select?.has(name.toLowerCase()) === true || expand.has(name.toLowerCase())
  const isWhole = select === undefined || select.has('*') || !named.some((name) => select.has(name.toLowerCase()))
  return new Set([...defaults[kind].filter((name) => isWhole || wanted(name)), ...extra.filter(wanted)])
}

/** The members with these names, in their order; those without a value are left out. */
export function withMembers(members: Readonly<Record<string, unknown>>, names: ReadonlySet<string>) {
  return Object.fromEntries(Object.entries(members).filter(([name, value]) => names.has(name) && value !== undefined))
}
