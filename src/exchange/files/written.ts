/** What writers give: a text, how it is put into bytes, and what it leaves out. */
import type { Loss } from '../document.ts'
import type { ImportFault } from '../faults.ts'

export type TextEncoding = 'utf-8' | 'utf-8-bom' | 'utf-16'

export interface Written {
  /** Without byte order mark; empty where there are faults. */
  readonly text: string
  readonly encoding: TextEncoding
  readonly losses: readonly Loss[]
  /** Why it was not written, of an export for a tool that would damage what it reads. */
  readonly faults: readonly ImportFault[]
}
