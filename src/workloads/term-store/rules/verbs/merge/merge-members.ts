/** What becomes of the members of a term that is merged into another one: exchange.md §9.5. */
import { fold } from '#base/text/fold.ts'
import type { RowOf } from '#edm/infer.ts'
import type { term } from '../../../types.ts'
import { type AnyLabel, defaultLabel, type Label, orderedLabels } from '../../labels/labels.ts'
import { sameTag } from '../../languages/languages.ts'

type TermRow = RowOf<typeof term>
type Properties = TermRow['properties']

function textOf(text: string | null): string {
  return text ?? ''
}

/** Default labels become synonyms where the survivor has a default one; labels that it has already are dropped. */
export function joinedLabels(survivor: readonly AnyLabel[], merged: readonly AnyLabel[]): Label[] {
  const labels = survivor.map(({ name, isDefault, languageTag }) => ({
    name: textOf(name),
    isDefault: isDefault === true,
    languageTag: textOf(languageTag),
  }))
  for (const label of merged) {
    const [name, languageTag] = [textOf(label.name), textOf(label.languageTag)]
    const own = labels.filter((other) => sameTag(other.languageTag, languageTag))
    if (own.some((other) => fold(other.name) === fold(name))) continue
    const isDefault = label.isDefault === true && defaultLabel(own, languageTag) === undefined
    labels.push({ name, isDefault, languageTag })
  }
  return orderedLabels(labels)
}

/** Those of the survivor, and in languages in which it has none those of the other. */
export function joinedDescriptions(survivor: TermRow, merged: TermRow): TermRow['descriptions'] {
  const has = (tag: string | null): boolean =>
    survivor.descriptions.some((own) => sameTag(textOf(own.languageTag), textOf(tag)))
  return [...survivor.descriptions, ...merged.descriptions.filter(({ languageTag }) => !has(languageTag))]
}

/** The first list, and of the second what has another key. */
export function joinedProperties(first: Properties, second: Properties): Properties {
  const keys = new Set(first.map(({ key }) => fold(textOf(key))))
  return [...first, ...second.filter(({ key }) => !keys.has(fold(textOf(key))))]
}
