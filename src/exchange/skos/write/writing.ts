/** What the writer of one SKOS file knows. */
import type { Losses } from '../../losses.ts'
import { flagNode, type TextNode, type Value } from './blocks.ts'
import type { Naming, Occurrences, SkosWriteOptions } from './naming.ts'

export interface SkosWriting {
  readonly options: SkosWriteOptions
  readonly losses: Losses
  readonly naming: Naming
  readonly occurrences: Occurrences
  readonly language: string
  /** Concept → those that keep it as a further broader one. */
  readonly further: ReadonlyMap<string, readonly string[]>
  /** Concept → those that call it related, and that it does not call so itself. */
  readonly related: ReadonlyMap<string, readonly string[]>
  /** A label or name as other tools search for it. */
  label(value: string, language: string): TextNode
}

export function flags(value: boolean | undefined): Value[] {
  return value === undefined ? [] : [flagNode(value)]
}
