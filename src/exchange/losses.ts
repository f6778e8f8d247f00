/**
 * The list of what a writer leaves out (exchange.md §8). Names of losses are members of the document, so that every
 * format calls the same loss by the same name.
 */
import type { Loss } from './document.ts'

/** Above this number of one kind only the count increases. */
const mostListed = 10_000

export type LossName =
  | 'group'
  | 'group.description'
  | 'group.scope'
  | 'group.siteId'
  | 'group.managers'
  | 'group.contributors'
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

export interface Losses {
  /** `value`: what is lost, for instance the text or the language tag. */
  add(what: LossName, where: { readonly id?: string; readonly path?: string; readonly value?: string }): void
  list(): Loss[]
}

function lossOf(what: LossName, where: Omit<Loss, 'what' | 'count'>): Loss {
  return { what, ...where, count: 1 }
}

export function collectLosses(): Losses {
  const byName = new Map<LossName, { listed: Loss[]; more: number }>()
  return {
    add: (what, where) => {
      const known = byName.get(what) ?? { listed: [], more: 0 }
      byName.set(what, known)
      if (known.listed.length < mostListed) known.listed.push(lossOf(what, where))
      else known.more += 1
    },
    list: () =>
      [...byName].flatMap(([what, { listed, more }]) => (more === 0 ? listed : [...listed, { what, count: more }])),
  }
}
