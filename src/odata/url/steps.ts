/** What an address is resolved to: its steps over the model, and what it ends in. */
import type { Can, EntityType, Nav, Root } from '#edm/define.ts'
import type { OperationCall } from './call.ts'
import type { PropertyPath } from './property-path.ts'

/** One named step: a root or a link, with the key that followed it. */
export interface PathStep {
  /** Name as the model spells it. */
  readonly name: string
  readonly many: boolean
  readonly target: EntityType
  readonly can: Can
  readonly nav: Nav | undefined
  readonly root: Root | undefined
  readonly key: string | undefined
  /** Qualified name of the type that the address casts to, after the name or after the key. */
  readonly cast?: string
  /** No row is of the type that the address casts to. */
  readonly isEmpty?: true
}

export interface ResolvedPath {
  readonly steps: readonly PathStep[]
  /** Ends in `/$count`. */
  readonly counted: boolean
  /** Expressions of `/$filter(…)` after the collection, each over what the one before it leaves. */
  readonly filters?: readonly string[]
  /** Ends in `/$ref`. */
  readonly ref?: boolean
  /** Ends in the call of an operation on what the steps lead to. */
  readonly call?: OperationCall
  /** Ends in a property of what the steps lead to, or in a part of its value. */
  readonly property?: PropertyPath
}
