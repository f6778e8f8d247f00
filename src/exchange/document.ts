/**
 * The document between every format and the store (exchange.md §1.1): a reader makes one from a file, a writer makes a
 * file from one, a plan compares two. A member that is absent is not stated by the file, and what is not stated is never
 * changed; an empty one (`''`, `[]`, `{}`, `null`) states "none".
 */
import type { At, ImportFault } from './faults.ts'

/** Language tag → text. */
export type Texts = Readonly<Record<string, string>>

/** Key → value of custom properties. */
export type Properties = Readonly<Record<string, string>>

/** How a document names a term that it does not hold at that place. */
export type Ref =
  | { readonly id: string }
  | { readonly uri: string }
  /** Default labels from the first level on; `group` undefined: the only group that has such a set. */
  | { readonly group?: string; readonly set: string; readonly path: readonly string[] }

export interface Doc {
  readonly defaultLanguageTag?: string
  readonly languageTags?: readonly string[]
  readonly groups: readonly GroupDoc[]
  /**
   * Terms of other sets that places in `groups` share, with what is below them: no part of the document, but formats of
   * paths name them, and write what a pin shows.
   */
  readonly elsewhere?: readonly GroupDoc[]
  /** Also what keeps records out of the document. Of those that are in it, `refused` marks the record. */
  readonly faults: readonly ImportFault[]
  /**
   * The file lists all keys of the maps it states: a property that it does not list is none, and so is a text in one of
   * `languageTags`. Otherwise a map states the keys it holds, and of properties an empty value states "no such property".
   */
  readonly wholeMaps?: boolean
  /**
   * The format cannot say where a term is at home, nor how a set shares it. Of places with one id the first is read as
   * home, the others as reuses; where the term occurs in that set already, its place stays of the kind it is.
   */
  readonly guessesKinds?: boolean
}

export interface GroupDoc {
  readonly at: At
  readonly id?: string
  /** Empty: the file names no group, and the caller has to. */
  readonly name: string
  readonly description?: string
  readonly scope?: 'global' | 'system' | 'siteCollection'
  readonly siteId?: string
  /** Ids of users and security groups, or texts that name them. */
  readonly managers?: readonly string[]
  readonly contributors?: readonly string[]
  /** The file claims to hold all sets of the group. */
  readonly complete: boolean
  readonly sets: readonly SetDoc[]
}

export interface SetDoc {
  readonly at: At
  /** As `NodeDoc.refused`; nothing in the set is applied. */
  readonly refused?: boolean
  readonly id?: string
  /** IRI of the concept scheme. */
  readonly uri?: string
  readonly names: Texts
  readonly description?: string
  readonly properties?: Properties
  readonly isOpen?: boolean
  readonly isAvailableForTagging?: boolean
  readonly owner?: string | null
  readonly contact?: string | null
  readonly stakeholders?: readonly string[]
  /** As `NodeDoc.order`, for the first level. */
  readonly order?: number
  /** The file claims to hold all terms of the set. */
  readonly complete: boolean
  readonly children: readonly NodeDoc[]
}

/** A place: where a term occurs. */
export interface NodeDoc {
  readonly at: At
  /** A fault with this `at` refuses the record: nothing of it is applied, and it does not count as missing. */
  readonly refused?: boolean
  readonly kind: 'home' | 'reuse' | 'pin'
  /** At home the term itself, elsewhere a reference to it. */
  readonly term: TermDoc | Ref
  readonly isAvailableForTagging?: boolean
  readonly localProperties?: Properties
  /** A reuse that takes the source's branch as it is when the import is applied; `children` are then none. */
  readonly withBranch?: boolean
  /** The first so many children, in the order of the document, are the custom order; the others follow alphabetically. */
  readonly order?: number
  /** Nodes below a pin are mirrors, which a document does not hold. */
  readonly children: readonly NodeDoc[]
}

/** The labels of a term in one language. */
export interface LabelsDoc {
  readonly default?: string
  readonly synonyms?: readonly string[]
}

export interface TermDoc {
  readonly id?: string
  /** IRI of the concept. */
  readonly uri?: string
  readonly labels: Readonly<Record<string, LabelsDoc>>
  readonly descriptions?: Texts
  readonly properties?: Properties
  readonly isDeprecated?: boolean
  readonly replacedBy?: Ref | null
  readonly mergedTermIds?: readonly string[]
  readonly owner?: string | null
  readonly isKeyword?: boolean
  readonly created?: string
  readonly modified?: string
}

/** Whether the term of a node is given by a reference. */
export function isRef(term: TermDoc | Ref): term is Ref {
  return !('labels' in term)
}

/** What a writer left out (exchange.md §8). `count`: how often, where single places are not listed. */
export interface Loss {
  /** A stable name, such as `labels.synonym`. */
  readonly what: string
  readonly id?: string
  readonly path?: string
  readonly languageTag?: string
  /** Of a property `key=value`. */
  readonly value?: string
  readonly count: number
}
