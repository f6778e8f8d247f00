/**
 * The neutral query: what OData text becomes and what SQL is made from. Knows neither.
 * Rows are named by *row keys*: a property's wire name, or `<nav>Id` for a stored single-valued link.
 */
import type { Prop } from './props.ts'

/** An expression over one row (`it`), over lambda variables and over parameters bound later. */
export type Expr =
  | { readonly op: 'const'; readonly value: string | number | boolean | null }
  /** A value bound when the compiled query runs; `type` is the Edm primitive it was written as, where known. */
  | { readonly op: 'param'; readonly name: string; readonly type?: string }
  /** A row key, or a path into a complex value; `of` is `it` or a lambda/exists variable. */
  | { readonly op: 'member'; readonly path: readonly string[]; readonly of: string }
  | { readonly op: 'and' | 'or'; readonly args: readonly Expr[] }
  | { readonly op: 'not'; readonly arg: Expr }
  | { readonly op: Comparison; readonly left: Expr; readonly right: Expr }
  | { readonly op: 'in'; readonly left: Expr; readonly list: readonly Expr[] }
  | { readonly op: 'call'; readonly name: string; readonly args: readonly Expr[] }
  | {
      readonly op: 'any' | 'all'
      /** The collection: a collection-valued property of `of`. */
      readonly over: readonly string[]
      readonly of: string
      readonly variable: string
      /** Absent: `any()`, true for a collection that is not empty. */
      readonly where?: Expr
    }
  /** Number of elements of a collection-valued property: all of them, or those that satisfy `where`. */
  | {
      readonly op: 'size'
      readonly over: readonly string[]
      readonly of: string
      readonly variable?: string
      readonly where?: Expr
    }
  /** A value of the row (`as`) that the stored link `key` of `of` leads to; null where it leads nowhere, or `within` fails. */
  | {
      readonly op: 'through'
      readonly key: string
      readonly of: string
      readonly type: string
      readonly link?: LinkName
      readonly as: string
      readonly within?: Expr
      readonly value: Expr
    }
  /** Of the rows of `type` within, each called `as`: whether some or every one satisfies `where`, or how many do. */
  | {
      readonly op: 'some' | 'every' | 'rows'
      readonly type: string
      readonly link?: LinkName
      readonly as: string
      readonly within: Expr
      readonly where?: Expr
    }
  /** The row is of one of these derived types. */
  | { readonly op: 'isKind'; readonly of: string; readonly kinds: readonly string[] }
  /** The value where the test holds, else null. */
  | { readonly op: 'when'; readonly test: Expr; readonly value: Expr }
  /** The row's id is among the values of `key` in the rows of `type` (qualified name) that satisfy `where`. */
  | {
      readonly op: 'linked'
      readonly type: string
      readonly key: string
      readonly as: string
      readonly where: Expr
      /** Absent: `it`. */
      readonly of?: string
    }
  /** The row's id is a node reached by the closure from its seeds (the seeds themselves excluded). */
  | {
      readonly op: 'reached'
      readonly closure: Closure
      readonly bind: Readonly<Record<string, Expr>>
      readonly of?: string
    }
  /** The row's id is in the list bound as `list`: a JSON array of texts. */
  | { readonly op: 'listed'; readonly list: string }
  /** The words of the parameter's text, as `odata/query/search.ts` writes it, in the search index of `member`. */
  | { readonly op: 'search'; readonly member: string; readonly text: Expr }

/** The link that an expression follows, as the type that has it declares it; absent where no model has it. */
export interface LinkName {
  /** Qualified name of the type. */
  readonly from: string
  readonly name: string
}

/** `same` is equality in which null equals null. */
export type Comparison = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'same'

/**
 * A walk over linked rows with two state columns, `context` and `node`, as far as it leads.
 * Seeds give the first states, steps go from a state to the next ones.
 */
export interface Closure {
  readonly name: string
  readonly seeds: readonly ClosureStep[]
  readonly steps: readonly ClosureStep[]
}

export interface ClosureStep {
  /** Qualified name of the type whose rows are looked up. */
  readonly type: string
  /** Row key → what it must equal: a state column, a bound parameter, or a constant. */
  readonly where: Readonly<Record<string, ClosureValue>>
  readonly context: ClosureYield
  readonly node: ClosureYield
}

export type ClosureValue =
  | { readonly state: 'context' | 'node' }
  | { readonly param: string }
  | { readonly value: string | number | boolean }

/** Where the next state comes from: kept, a row key of the found row, or a row key of the row it links to. */
export type ClosureYield =
  | 'context'
  | { readonly key: string }
  | { readonly through: string; readonly type: string; readonly key: string }

export interface ClosureState {
  readonly context: string
  readonly node: string
  /** One step leads there from a seed. */
  readonly direct: boolean
}

export interface OrderKey {
  readonly by: Expr
  readonly descending: boolean
}

/** What is shown of a value: some members of it, and of a collection some elements. Nothing given: everything. */
export interface Trim {
  /** Members of the complex value, or of each element, and what is shown of these. */
  readonly members?: Readonly<Record<string, Trim>>
  /** What an element is called in `where` and `order`. */
  readonly variable?: string
  readonly where?: Expr
  /** After these, elements stay in their own order. */
  readonly order?: readonly OrderKey[]
  readonly skip?: number
  readonly top?: number
}

/** One member of the answer, in wire order. */
export type ShapeMember =
  | {
      readonly kind: 'prop'
      readonly name: string
      readonly prop: Prop
      /** Evolvable enum members show as the sentinel (`shown-values.ts`). */
      readonly masked?: true
      /** How much complex values say of their types; absent: what their declaration asks for. */
      readonly level?: 'none' | 'full'
      /** Absent: the whole value. */
      readonly trim?: Trim
      /** A member of derived types only: left out of rows of other kinds (qualified names). */
      readonly kinds?: readonly string[]
      /** Rows of these kinds show no value (`noValue`). */
      readonly hidden?: readonly string[]
    }
  /** `kinds`: rows of derived types say theirs, others that they are `of` the type. */
  | { readonly kind: 'type'; readonly name: '@odata.type'; readonly of: string; readonly kinds: boolean }
  | { readonly kind: 'tag'; readonly name: '@odata.etag' }
  /** The same text in every row: the type of a property. */
  | { readonly kind: 'note'; readonly name: string; readonly text: string; readonly kinds?: readonly string[] }
  /** The address of the row, as its id between marks (`levels.ts`), and what follows it. */
  | { readonly kind: 'link'; readonly name: string; readonly after: string }
  /** A stored link shown as `{"id": …}`, left out when null. */
  | { readonly kind: 'ref'; readonly name: string; readonly key: string }

export type Shape = readonly ShapeMember[]

/** Where a page ended: the order values of its last row, its id last. */
export type Position = readonly (string | number | null)[]

export type BindValue = string | number | boolean | null

/** In place of a value that is sought: any but null. */
export const notNull = Symbol('not null')

export function param(name: string, type?: string): Expr {
  return type === undefined ? { op: 'param', name } : { op: 'param', name, type }
}

export function member(key: string, of = 'it'): Expr {
  return { op: 'member', path: [key], of }
}

export function constant(value: string | number | boolean | null): Expr {
  return { op: 'const', value }
}

export function equal(left: Expr, right: Expr): Expr {
  return { op: 'eq', left, right }
}

export function same(left: Expr, right: Expr): Expr {
  return { op: 'same', left, right }
}

export function all(...args: readonly Expr[]): Expr {
  return { op: 'and', args }
}

/** The expression with `it` called `of`, and values in the places of parameters. */
export function seenFrom(expr: Expr, of: string, values: Readonly<Record<string, Expr>>): Expr {
  const again = (part: Expr): Expr => seenFrom(part, of, values)
  switch (expr.op) {
    case 'param':
      return values[expr.name] ?? expr
    case 'member':
      return expr.of === 'it' ? { ...expr, of } : expr
    case 'and':
    case 'or':
      return { ...expr, args: expr.args.map(again) }
    case 'not':
      return { ...expr, arg: again(expr.arg) }
    case 'linked':
      return { ...expr, of, where: again(expr.where) }
    case 'reached':
      return {
        ...expr,
        of,
        bind: Object.fromEntries(Object.entries(expr.bind).map(([name, value]) => [name, again(value)])),
      }
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
    case 'same':
      return { ...expr, left: again(expr.left), right: again(expr.right) }
    case 'const':
      return expr
    default:
      throw new Error(`a scope is not made of '${expr.op}'`)
  }
}
