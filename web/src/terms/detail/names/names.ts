/** How terms and sets are called in a language, with what stands in where it has none there. */
import type { KnownSet, KnownTerm, Label, SetName } from '../api.ts'

interface Named {
  readonly text: string
  /** Of another language than the one that was wanted. */
  readonly fallback?: string
}

const byLanguage = <One extends { readonly languageTag: string }>(all: readonly One[], tag: string): One | undefined =>
  all.find(({ languageTag }) => languageTag === tag)

function named(all: readonly (SetName | Label)[], wanted: string, usual: string): Named {
  const own = byLanguage(all, wanted)
  if (own !== undefined) return { text: own.name }
  const other = byLanguage(all, usual) ?? all[0]
  return other === undefined ? { text: '' } : { text: other.name, fallback: other.languageTag }
}

export function termName(labels: readonly Label[], wanted: string, usual: string): Named {
  return named(
    labels.filter(({ isDefault }) => isDefault),
    wanted,
    usual,
  )
}

export function setName(names: readonly SetName[], wanted: string, usual: string): Named {
  return named(names, wanted, usual)
}

export function nameOfTerm({ labels }: Pick<KnownTerm, 'labels'>, wanted: string, usual: string): string {
  return termName(labels, wanted, usual).text
}

export function nameOfSet({ localizedNames }: Pick<KnownSet, 'localizedNames'>, wanted: string, usual: string): string {
  return setName(localizedNames, wanted, usual).text
}

/** Languages of the store that another one of it shares its first part with, such as `pt-BR` beside `pt-PT`. */
let alike: ReadonlySet<string> = new Set()

export function noteLanguages(tags: readonly string[]): void {
  const first = (tag: string): string => tag.split('-', 1)[0] ?? tag
  alike = new Set(tags.filter((tag) => tags.some((other) => other !== tag && first(other) === first(tag))))
}

/** `Deutsch`, as the language calls itself; with its country where the store has more than one of it. */
export function languageName(tag: string): string {
  const shown = alike.has(tag) ? tag : (tag.split('-', 1)[0] ?? tag)
  try {
    const name = new Intl.DisplayNames([tag], { type: 'language', languageDisplay: 'standard' }).of(shown) ?? tag
    return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1)
  } catch {
    return tag
  }
}
