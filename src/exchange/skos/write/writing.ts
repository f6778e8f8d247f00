/** What the writer of one SKOS file knows. */
import { compareTags } from '#workloads/term-store/rules/languages/languages.ts'
import type { Losses } from '../../doc/losses.ts'
import { flagNode, type ObjectNode, type TextNode } from './blocks.ts'
import type { IriNaming, Occurrences, SkosWriteOptions } from './naming.ts'

export interface SkosWriting {
  readonly options: SkosWriteOptions
  readonly losses: Losses
  readonly naming: IriNaming
  readonly occurrences: Occurrences
  readonly language: string
  /** Concept → those that keep it as a further broader one. */
  readonly further: ReadonlyMap<string, readonly string[]>
  /** Concept → those that call it related, and that it does not call so itself. */
  readonly related: ReadonlyMap<string, readonly string[]>
  /** A label or name as other tools search for it. */
  label(value: string, language: string): TextNode
}

export function flags(value: boolean | undefined): ObjectNode[] {
  return value === undefined ? [] : [flagNode(value)]
}

export function byLanguage<T>(values: Readonly<Record<string, T>>): [tag: string, value: T][] {
  return Object.entries(values).toSorted(([one], [other]) => compareTags(one, other))
}
