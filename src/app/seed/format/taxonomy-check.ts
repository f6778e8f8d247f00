/** The taxonomy of a seed: languages that its store has, relations between terms that are there, and nothing twice. */
import type { Faults } from '#base/errors.ts'
import { sameTag } from '#workloads/term-store/rules/languages/languages.ts'
import type { SeedSet, SeedTerm } from './seed-format.ts'

/** Adds a fault for each value that is there before, in whatever case. */
export class Once {
  readonly #seen = new Map<string, string>()
  readonly #faults: Faults

  constructor(faults: Faults) {
    this.#faults = faults
  }

  add(value: string | undefined, path: string, what: string): void {
    if (value === undefined) return
    const key = value.toLowerCase()
    const first = this.#seen.get(key)
    if (first === undefined) this.#seen.set(key, path)
    else this.#faults.add(path, `The ${what} '${value}' is at '${first}' already.`)
  }
}

export class TaxonomyCheck {
  readonly #faults: Faults
  /** Undefined: the languages and the sets that are there already are not known here. */
  readonly #languages: readonly string[] | undefined
  readonly #ids: Once
  readonly #names: Once
  /** Ids of the terms of a set by its id, and where relations name a set and a term. */
  readonly #terms = new Map<string, Set<string>>()
  readonly #ends: { readonly set: string; readonly term: string; readonly path: string }[] = []

  constructor(faults: Faults, languages: readonly string[] | undefined) {
    this.#faults = faults
    this.#languages = languages
    this.#ids = new Once(faults)
    this.#names = new Once(faults)
  }

  group(id: string | undefined, displayName: string, path: string): void {
    this.#ids.add(id, `${path}/id`, 'id')
    this.#names.add(displayName, `${path}/displayName`, 'name')
  }

  set({ id, names, terms = [], relations = [] }: SeedSet, path: string): void {
    this.#ids.add(id, `${path}/id`, 'id')
    this.#tags(names, `${path}/names`)
    const own = new Set<string>()
    this.#list(terms, `${path}/terms`, own)
    if (id !== undefined) this.#terms.set(id.toLowerCase(), own)
    if (relations.length > 0 && id === undefined) this.#faults.add(`${path}/id`, 'A set with relations needs an id.')
    for (const [at, { home, toTerm, fromTerm }] of relations.entries()) {
      this.#ends.push({ set: home, term: toTerm, path: `${path}/relations/${at}/toTerm` })
      if (fromTerm !== undefined)
        this.#ends.push({ set: id ?? '', term: fromTerm, path: `${path}/relations/${at}/fromTerm` })
    }
  }

  /** When all sets are known. */
  relations(): void {
    if (this.#languages === undefined) return
    for (const { set, term, path } of this.#ends)
      if (this.#terms.get(set.toLowerCase())?.has(term.toLowerCase()) !== true)
        this.#faults.add(path, `The set '${set}' of the seed has no term '${term}'.`)
  }

  #tags(given: Readonly<Record<string, unknown>>, path: string): void {
    const languages = this.#languages
    if (languages === undefined) return
    for (const tag of Object.keys(given))
      if (!languages.some((known) => sameTag(known, tag)))
        this.#faults.add(
          `${path}/${tag}`,
          `'${tag}' is not among the languages of the term store: ${languages.join(', ')}.`,
        )
  }

  #list(terms: readonly SeedTerm[], path: string, own: Set<string>): void {
    for (const [at, { id, labels, descriptions = {}, children = [] }] of terms.entries()) {
      const here = `${path}/${at}`
      this.#ids.add(id, `${here}/id`, 'id')
      if (id !== undefined) own.add(id.toLowerCase())
      this.#tags(labels, `${here}/labels`)
      this.#tags(descriptions, `${here}/descriptions`)
      this.#list(children, `${here}/children`, own)
    }
  }
}
