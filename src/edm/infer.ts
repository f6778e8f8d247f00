/** TypeScript types of the stored rows of an entity type, derived from its declaration. */
import type { EntityType } from './define.ts'
import type { Prop } from './props.ts'
import type { notNull } from './query.ts'

type PropValues<P> = { [K in keyof P]: P[K] extends Prop<infer V> ? V : never }

type StoredNavs<N> = {
  [K in keyof N as N[K] extends { many: false; stored: true } ? `${K & string}Id` : never]: N[K] extends { held: true }
    ? string
    : string | null
}

/** A stored row: `id`, every property, and `<nav>Id` for each stored single-valued link. */
export type RowOf<E> =
  E extends EntityType<infer P, infer N> ? { id: string } & PropValues<P> & StoredNavs<N> & BaseRow<E> : never

type BaseRow<E> = E extends { readonly _base?: infer B extends EntityType } ? RowOf<B> : unknown

/** A row to insert: what is left out takes its initial value, or null. */
export type DraftOf<E> = { id: string } & Partial<Omit<RowOf<E>, 'id'>>

export type PatchOf<E> = Partial<Omit<RowOf<E>, 'id'>>

/** Values that row keys are compared with: a value, null, or `notNull`. */
export type KeysOf<E> = { readonly [K in keyof PatchOf<E>]: PatchOf<E>[K] | typeof notNull }

/** A row whose type is not known at compile time. */
export type AnyRow = { id: string } & Record<string, unknown>

/** What a write has made of a row. */
export interface RowFate<R> {
  /** Undefined: it was not there. */
  readonly before: R | undefined
  /** Undefined: it is gone. */
  readonly after: R | undefined
}
