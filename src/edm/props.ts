/** Properties and their types: builders of plain values. Member order is wire order; `$metadata` sorts by name. */
import type { TextForm } from './text-form.ts'
import type { PrimitiveName } from './types.ts'

export const versions = ['v1.0', 'beta'] as const
export type Version = (typeof versions)[number]

export interface EnumMember {
  readonly name: string
  readonly value: number
  readonly published?: readonly Version[]
}

export interface EnumType<N extends string = string> {
  readonly kind: 'enum'
  readonly name: string
  readonly doc: string
  readonly members: readonly EnumMember[]
  readonly _names?: N
}

/** Members of elements by what an index of words has them for. */
export interface WordIndex {
  /** The text. */
  readonly text: string
  /** What parts the index, such as the language of the text. */
  readonly space: string
  /** A flag: whether the text comes before others. */
  readonly first: string
  /** The row key, not a member, of the link to where the row is. */
  readonly place: string
}

export interface PropOptions {
  readonly doc: string
  /** Default true, as in CSDL. */
  readonly nullable?: boolean
  readonly collection?: boolean
  /** `default`: in every answer; `asked`: only if `$select` names it; `never`: stored, but not on the wire. */
  readonly returned?: 'default' | 'asked' | 'never'
  /** Ignored in bodies. */
  readonly readOnly?: boolean
  /** Must be in the body of a create. */
  readonly required?: boolean
  /** Versions whose `$metadata` shows it; false: none (an internal member). Default: all. */
  readonly published?: readonly Version[] | false
  /** Compared without regard to case, by a second column with the folded text. */
  readonly fold?: boolean
  /** For a collection of complex values: members that are also in a table of elements, so that lookups use an index. */
  readonly elements?: readonly string[]
  /** For a collection with `elements`: an index of the words of its texts, for searches by what texts and words begin with. */
  readonly words?: WordIndex
  /** Value if a new row has none; also the default of the column. */
  readonly initial?: string | number | boolean
  /** A whole number that the store gives each new row: one more than the highest of the tenant. Rows do not bring it. */
  readonly numbered?: true
  /** A value that bodies take, for examples in documents; by default one of its type. A body with it may need it. */
  readonly sample?: unknown
  /** A string that holds a GUID, which the rules store in lower case: compared without regard to case. */
  readonly guid?: boolean
  /** How the rules bring a text into form before they store it; what it is compared with is brought into the same form. */
  readonly form?: TextForm
}

export interface Prop<V = unknown> extends PropOptions {
  readonly kind: 'prop'
  readonly type: PrimitiveName | EnumType | ComplexType
  readonly _value?: V
}

type ValueOf<T, O extends PropOptions> = O extends { collection: true }
  ? O extends { nullable: true }
    ? T[] | null
    : T[]
  : O extends { nullable: false }
    ? T
    : T | null

export type Props = Readonly<Record<string, Prop>>

export interface ComplexType<P extends Props = Props> {
  readonly kind: 'complex'
  readonly name: string
  readonly doc: string
  readonly props: P
  /** `"@odata.type":"<name>"` comes first in answers. */
  readonly typed?: boolean
}

function make(type: Prop['type'], options: PropOptions): Prop {
  return { kind: 'prop', type, ...options }
}

export function text<const O extends PropOptions>(options: O) {
  return make('Edm.String', options) as Prop<ValueOf<string, O>>
}

export function flag<const O extends PropOptions>(options: O) {
  return make('Edm.Boolean', options) as Prop<ValueOf<boolean, O>>
}

export function whole<const O extends PropOptions>(options: O) {
  return make('Edm.Int32', options) as Prop<ValueOf<number, O>>
}

/** ISO 8601, stored in days and time, compared by its length. */
export function duration<const O extends PropOptions>(options: O) {
  return make('Edm.Duration', options) as Prop<ValueOf<string, O>>
}

/** In lower case, whatever the case it was written in. */
export function guid<const O extends PropOptions>(options: O) {
  return make('Edm.Guid', options) as Prop<ValueOf<string, O>>
}

/** Rows hold instants as ISO text with three fractional digits in UTC. */
export function instant<const O extends PropOptions>(options: O) {
  return make('Edm.DateTimeOffset', options) as Prop<ValueOf<string, O>>
}

export function choice<N extends string, const O extends PropOptions>(type: EnumType<N>, options: O) {
  return make(type, options) as Prop<ValueOf<N, O>>
}

export function complex<P extends Props, const O extends PropOptions>(type: ComplexType<P>, options: O) {
  return make(type, options) as Prop<ValueOf<ComplexOf<P>, O>>
}

export type ComplexOf<P extends Props> = { [K in keyof P]: P[K] extends Prop<infer V> ? V : never }

export function complexType<const P extends Props>(
  name: string,
  doc: string,
  props: P,
  more: { readonly typed?: boolean } = {},
): ComplexType<P> {
  return { kind: 'complex', name, doc, props, ...more }
}

/** Members in order; their values count from zero unless given. */
export function enumType<const N extends string>(
  name: string,
  doc: string,
  members: readonly (N | { readonly name: N; readonly published: readonly Version[] })[],
): EnumType<N> {
  return {
    kind: 'enum',
    name,
    doc,
    members: members.map((entry, value) => (typeof entry === 'string' ? { name: entry, value } : { ...entry, value })),
  }
}
