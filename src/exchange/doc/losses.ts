/**
 * The list of what a writer leaves out (exchange.md §8). Names of losses are members of the document, so that every
 * format calls the same loss by the same name.
 */
import type { Loss } from '../document.ts'

/** Above this number of one kind only the count increases. */
const mostListed = 10_000

export type LossName =
  /** The group, or that sets are in it. */
  | 'group'
  /** A system group with its sets. */
  | 'group.system'
  | 'group.name'
  | 'group.description'
  | 'group.scope'
  | 'group.siteId'
  | 'group.managers'
  | 'group.contributors'
  /** A file without groups holds one set of a name. */
  | 'set'
  | 'set.uri'
  | 'set.names'
  | 'set.description'
  | 'set.properties'
  | 'set.isOpen'
  | 'set.isAvailableForTagging'
  | 'set.owner'
  | 'set.contact'
  | 'set.stakeholders'
  | 'id'
  | 'uri'
  | 'kind.reuse'
  | 'kind.pin'
  | 'term'
  /** A default label in a language that the file does not hold. */
  | 'labels.default'
  | 'labels.synonym'
  /** The default label of another language, written where a term has none in the language of the file. */
  | 'labels.shown'
  | 'descriptions'
  | 'descriptions.lines'
  | 'properties'
  | 'localProperties'
  | 'isAvailableForTagging'
  | 'isDeprecated'
  | 'replacedBy'
  | 'mergedTermIds'
  | 'owner'
  | 'isKeyword'
  | 'created'
  | 'modified'
  | 'order'
  | 'order-partial'
  | 'pnp-nested'
  | 'second-parent'
  | 'unlisted'
  /** A term of the set of keywords. */
  | 'keyword'
  /** Its home is not exported, so this place is written as home. */
  | 'orphan-as-home'
  /** A place with all below it. */
  | 'place'
  /** Characters that XML cannot hold. */
  | 'characters'
  /** Text that a reader of PnP XML takes for a token. */
  | 'token'
  /** The file states the other side of a `skos:related` as well, which is read as a property there. */
  | 'related-added'
  /** Held by the file, but not read by PnP. */
  | 'pnp-pin'
  | 'pnp-branch'

/** Which record, and what of it. */
type LossDetail = Omit<Loss, 'what' | 'count'>

export interface Losses {
  add(what: LossName, detail: LossDetail): void
  list(): Loss[]
}

export function collectLosses(): Losses {
  const byName = new Map<LossName, { listed: Loss[]; more: number }>()
  return {
    add: (what, detail) => {
      const known = byName.get(what) ?? { listed: [], more: 0 }
      byName.set(what, known)
      if (known.listed.length < mostListed) known.listed.push({ what, ...detail, count: 1 })
      else known.more += 1
    },
    list: () =>
      [...byName].flatMap(([what, { listed, more }]) => (more === 0 ? listed : [...listed, { what, count: more }])),
  }
}
