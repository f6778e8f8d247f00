/** Entity types, links, operations and roots of a model: builders of plain values, no behaviour. */
import type { ComplexType, EnumType, Prop, Props, Version } from './props.ts'
import { type Expr, equal, member, param } from './query.ts'
import type { Drawn } from './records/drawn.ts'
import type { FunctionParameter, PrimitiveName } from './types.ts'

/** Where an operation is known from. `ours`: Graph does not have it. `later` is answered 501, an absent entry 405. */
export type Evidence = 'docs' | 'observed' | 'metadata' | 'ours' | 'later'

/**
 * `patchMember`: PATCH on the collection, the member named by `id` in the body.
 * `link`, `unlink`: POST (PUT for one) and DELETE on the `$ref` of a link. `replace`: PUT.
 */
export type Verb = 'list' | 'get' | 'create' | 'update' | 'replace' | 'delete' | 'patchMember' | 'link' | 'unlink'
export type Can = Readonly<Partial<Record<Verb, Evidence>>>

/** One of the sets of rows that a collection link can list. Its parameters are bound by `bind` or by the rules. */
export interface Scope {
  readonly branches: readonly Expr[]
  /** Parameter → row key (or `id`) of the row that the link starts from. The rules bind the others. */
  readonly bind: Readonly<Record<string, string>>
  /** Drawn rows of the type are among them. */
  readonly drawn?: boolean
}

/** Whether PATCH and PUT of a missing key create the row: always, or only with `Prefer: create-if-missing`. */
export type Upsert = 'always' | 'asked'

/** Permissions, one of which the token must hold, and the roles that give users of another tenant access. */
export type Guard = Pick<EntityFacts<Props, Navs>, 'scopes' | 'delegated'>

type Scopes = Readonly<Record<string, Scope>>

interface NavCommon {
  readonly kind: 'nav'
  /** Qualified name of the target type. */
  readonly target: string
  readonly doc: string
  readonly contained?: boolean
  readonly published?: readonly Version[] | false
  readonly can: Can
  /** Verbs of evidence `ours` → the error message with which strict mode refuses them. */
  readonly strictly?: Readonly<Partial<Record<Verb, string>>>
  /** Context URLs of this link and what is below it start here: `…/v1.0/<root>/$metadata#<link>`. */
  readonly startsContext?: boolean
  /** Type → set: context URLs name the set that the rows of the link are in, as it does not contain them. */
  readonly rowsIn?: Readonly<Record<string, string>>
  readonly upsert?: Upsert
  /** What a read through the link asks for, in place of what the target's type does. */
  readonly guard?: Guard
}

export interface ToOne extends NavCommon {
  readonly many: false
  readonly nullable: boolean
  /** Kept in a column `<nav>Id` of this type. */
  readonly stored: boolean
  /** The column is never null, whatever `$metadata` says of the link. */
  readonly held?: boolean
  /** Leads to the only row of the target type in the tenant. */
  readonly only?: boolean
  /** Accepted in create bodies as `{"id": …}` or `<nav>@odata.bind`. */
  readonly accepts?: 'required' | 'optional'
  /** Shown as `{"id": …}` in the answer to a create. */
  readonly echoed?: boolean
  /** Nothing is written through it: rows below it can only be read. */
  readonly forReading?: boolean
  /** The hook `locate` of the target decides whether the row is seen through this link. */
  readonly located?: boolean
  /**
   * A stored link that both ends have: the row is seen where the row that this link of either leads to is. What `locate`
   * decides for reads, in a form for queries.
   */
  readonly seenWith?: string
}

export interface LinkedBy {
  /** Qualified name. */
  readonly type: string
  readonly from: string
  readonly to: string
}

export interface ToMany extends NavCommon {
  readonly many: true
  /** The stored link on the target that points back here; filled in for a row created through this link. */
  readonly inverse?: string
  /** Many-to-many: the stored type whose rows join owner and member, and its row keys that hold their ids. */
  readonly linkedBy?: LinkedBy
  /** How many members one body can link by `<nav>@odata.bind`; absent: none. */
  readonly binds?: number
  /** Members can be created in the body that creates their owner; needs `inverse`. */
  readonly deep?: boolean
  /** The first scope is the default list, and the one in which keys are looked up. */
  readonly scopes: Scopes
}

export type Nav = ToOne | ToMany
type Navs = Readonly<Record<string, Nav>>

interface OneOptions {
  readonly doc: string
  readonly contained?: boolean
  readonly nullable?: boolean
  readonly stored?: boolean
  readonly held?: boolean
  readonly only?: boolean
  readonly accepts?: 'required' | 'optional'
  readonly echoed?: boolean
  readonly forReading?: boolean
  readonly located?: boolean
  readonly seenWith?: string
  readonly published?: readonly Version[] | false
  readonly can?: Can
  readonly startsContext?: boolean
}

export function one<const O extends OneOptions>(target: string, options: O) {
  return { kind: 'nav', many: false, target, nullable: true, stored: false, can: {}, ...options } as unknown as ToOne &
    O
}

interface ManyOptions extends Omit<ToMany, 'kind' | 'many' | 'target' | 'scopes'> {
  readonly scopes?: Scopes
}

/** Members joined to the owner by rows of another type. */
function joinedScope({ type, from, to }: LinkedBy): Scope {
  return {
    branches: [
      {
        op: 'linked',
        type,
        key: to,
        as: 'link',
        where: { op: 'eq', left: { op: 'member', path: [from], of: 'link' }, right: { op: 'param', name: 'from' } },
      },
    ],
    bind: { from: 'id' },
  }
}

export function many(target: string, options: ManyOptions): ToMany {
  const { inverse, scopes, ...rest } = options
  const joined = options.linkedBy === undefined ? {} : { own: joinedScope(options.linkedBy) }
  const back: Scopes =
    inverse === undefined
      ? {}
      : { own: { branches: [equal(member(`${inverse}Id`), param('from'))], bind: { from: 'id' } } }
  return {
    kind: 'nav',
    many: true,
    target,
    ...rest,
    ...(inverse === undefined ? {} : { inverse }),
    scopes: { ...back, ...joined, ...scopes },
  }
}

/** Codes of one workload's errors, by kind (protocol.md §1.5). */
export type Dialect = 'onedrive' | 'graph' | 'directory' | 'capital'

export interface ReturnFacts {
  readonly kind: 'returned'
  /** `entity`: the qualified name of a stored type; the rule then returns rows, of which only the ids are used. */
  readonly type: PrimitiveName | EnumType | ComplexType | { readonly entity: string }
  readonly collection?: boolean
}

export function returning(type: ReturnFacts['type'], options: { readonly collection?: boolean } = {}): ReturnFacts {
  return {
    kind: 'returned',
    type,
    ...options,
  }
}

interface OperationFacts {
  readonly doc: string
  /** What it is bound to: a row of the type that declares it (the default), a collection of them, or nothing. */
  readonly on?: 'entity' | 'collection' | 'service'
  /** Permissions, one of which the token must hold. */
  readonly scopes: readonly string[]
  readonly evidence: Evidence
  readonly published?: readonly Version[] | false
  /** Where its name is. Absent: in the namespace of the type that declares it. */
  readonly namespace?: string
}

/** A function: `…/name(param='…')`. */
export interface FunctionFacts extends OperationFacts {
  /** Those that are `optional` may be left out; they may also be options of the query beside the brackets. */
  readonly params: Readonly<Record<string, FunctionParameter>>
  readonly returns: ComplexType | ReturnFacts
  /** Takes `$top` and `$skiptoken`, which the rule gets as arguments of these names, and returns a `PageOfValues`. */
  readonly paged?: true
  /** Takes `$deltatoken` as well, and returns a `PageOfRows`: rows of several types, and of later calls what has changed. */
  readonly delta?: true
  /** Reads the record of changes: it cannot be asked how it was at an instant. */
  readonly ofRecord?: true
}

/** What the rule of a paged function returns. */
export interface PageOfValues {
  readonly values: readonly unknown[]
  /** The `$skiptoken` of the next page; undefined: this is the last. */
  readonly next?: string | undefined
}

/** An action: POST, its parameters in the body. */
export interface ActionFacts extends OperationFacts {
  readonly params: Readonly<Record<string, Prop>>
  /** Changes nothing: who may read may call it. */
  readonly reads?: boolean
  /** A parameter that is not sent is not the same as null: the rule gets no argument for it. */
  readonly partial?: true
  /** Makes a row, so that it is answered 201. */
  readonly creates?: boolean
  readonly returns?: ComplexType | ReturnFacts
}

export interface EntityFacts<P extends Props, V extends Navs> {
  readonly doc: string
  readonly source: string
  /** If the base is stored, this is a derived type: its rows are in the base's table and collections. */
  readonly base?: EntityType
  readonly abstract?: boolean
  /** false: its rows are made by the rules alone, not by a request that names the type. */
  readonly creatable?: false
  readonly props: P
  readonly navs: V
  /** Has a table. Default: true unless abstract. */
  readonly stored?: boolean
  /** Its rows belong to this server and not to what it holds: images of the rows have none of them. */
  readonly staysHere?: true
  readonly published?: readonly Version[] | false
  /**
   * `guid`: keys are GUIDs, converted to lower case; other keys are refused with 400. `guids`: keys are GUIDs or several
   * of them joined by hyphens, converted to lower case; other keys are not found.
   */
  readonly keys?: 'guid' | 'guids' | 'text'
  /** A property that is always equal to the id, by whose name keys may be given as well: `(name='key')`, `/name=key`. */
  readonly keyName?: string
  readonly scopes?: { readonly read: readonly string[]; readonly write: readonly string[] }
  /** Template ids of the directory roles that give users of another tenant access by delegation; absent: none. */
  readonly delegated?: { readonly read: readonly string[]; readonly write: readonly string[] }
  readonly dialect?: Dialect
  /** PATCH may be answered 202: the change goes on after the answer. */
  readonly deferredUpdates?: boolean
  /** Writes are refused with 405 in some states of the row, or of the row it belongs to. */
  readonly stateful?: boolean
  /** PATCH is answered 204 without a body, unless `Prefer: return=representation` asks for one. */
  readonly silentUpdates?: boolean
  /** Whether unknown members of a body are ignored, or are faults. Default `refuse`. */
  readonly unknownMembers?: 'ignore' | 'refuse'
  /** `exact`: a member of a body whose name has other capitals than the declared one is an unknown one. Default `any`. */
  readonly memberCase?: 'any' | 'exact'
  /** Whether a read-only member that an update sends with another value than the present one is ignored, or is a fault. Default `ignore`. */
  readonly readOnlyMembers?: 'ignore' | 'refuse'
  /** Default order of its listings: row keys. */
  readonly order?: readonly string[]
  /** That order runs backwards, by ids as well where values are equal. */
  readonly backwards?: boolean
  readonly page?: { readonly size: number; readonly most: number }
  /** Unknown segments below it are answered 501 instead of 400: only a part of Graph's type is served. */
  readonly partial?: boolean
  /** Functions of Graph on a collection of the type, and of those derived from it, that are not served; in lower case. */
  readonly unservedFunctions?: readonly string[]
  /** A row is visible only if this row key is null, or equals `ancestorKey` of the nearest `ancestor` on the path. */
  readonly visibleIn?: { readonly key: string; readonly ancestor: string; readonly ancestorKey: string }
  /** Collection property with an element index that `$search` looks into. */
  readonly searched?: string
  /** In `$search`, an asterisk ends a word or stands alone; alone, and in place of no words, it finds every row. */
  readonly wildcards?: boolean
  /** Row keys in index order. The tenant is always the first column, and is not listed. */
  readonly indexes?: readonly {
    readonly keys: readonly string[]
    readonly unique?: boolean
    /** Only of rows in which this key is not null. */
    readonly having?: string
    /**
     * All values of the last key but one, so that the order of the last key can be merged from one part for each value.
     */
    readonly parts?: readonly number[]
  }[]
  /** Keys may be written as a path: `{key}:/{path}`, closed by a colon where more segments follow. */
  readonly pathKeys?: boolean
  /** Ids and carried row keys never change, so a row that was found by its key can be cached. */
  readonly steady?: boolean
  /** Row keys that are read with each row on a path, for what is below and for the rules. */
  readonly carry?: readonly string[]
  /** Rows carry an entity tag (row key `versionTag`). `required`: PATCH and DELETE need `If-Match`. */
  readonly tag?: 'optional' | 'required'
  /** `"@odata.type":"#<name>"` comes first in every answer; a text is the name to show instead of the own one. */
  readonly typed?: boolean | string
  /** Properties of its bases that its rows show only when `$select` names them. */
  readonly asked?: readonly string[]
  /** A face of another stored type: shows its rows. Every property is one of the other type's row keys. */
  readonly over?: EntityType
  /** Queries may name members of its derived types without a cast, as Graph takes it for `directoryObject`. */
  readonly mixed?: boolean
  /** Links to it show rows of a derived type that the caller may not read, with their type and id alone. */
  readonly limited?: boolean
  /** Changes of its rows, and of rows of derived types, are recorded for delta links (edm/records/tracking.ts). */
  readonly tracked?: boolean
  /** Changes of its rows are recorded with what was there before (edm/records/recording.ts). `past`: it can be read `asOf`. */
  readonly recorded?: {
    /** Row key with the id of the row that holds it, by which its changes are found as well. */
    readonly within?: string
    readonly past?: true
  }
  /** Further rows, in the listings of scopes that say so: they are drawn from another table, and not stored. */
  readonly drawn?: Drawn
  /** Its table is stored in the order of ids, if the database supports that: for rows that are added at the end. */
  readonly clustered?: boolean
  /** Row keys that follow from others, or say when and by whom: a change of these alone is not recorded. */
  readonly derived?: readonly string[]
  /** By name. */
  readonly functions?: Readonly<Record<string, FunctionFacts>>
  readonly actions?: Readonly<Record<string, ActionFacts>>
}

export interface EntityType<P extends Props = Props, V extends Navs = Navs> extends EntityFacts<P, V> {
  readonly kind: 'entity'
  /** Qualified name. */
  readonly name: string
}

export function entityType<const P extends Props, const V extends Navs, B extends EntityType | undefined = undefined>(
  name: string,
  facts: EntityFacts<P, V> & { readonly base?: B },
): EntityType<P, V> & Based<B> {
  return { kind: 'entity', name, ...passedOn(facts), ...facts } as unknown as EntityType<P, V> & Based<B>
}

const passed = [
  'tag',
  'stateful',
  'deferredUpdates',
  'dialect',
  'scopes',
  'delegated',
  'keys',
  'page',
  'unknownMembers',
  'memberCase',
  'readOnlyMembers',
  'asked',
] as const
const passedToDerived = [...passed, 'typed', 'order', 'carry'] as const

/** What a derived type or a face inherits from the type whose rows it shows, unless it declares it itself. */
function passedOn({ base, over }: EntityFacts<Props, Navs>): Partial<EntityFacts<Props, Navs>> {
  const source = over ?? (base === undefined || base.abstract === true || base.stored === false ? undefined : base)
  const names: readonly (keyof EntityFacts<Props, Navs>)[] = over === undefined ? passedToDerived : passed
  return Object.fromEntries(names.flatMap((name) => (source?.[name] === undefined ? [] : [[name, source[name]]])))
}

/** Keeps the type of a base, so that rows of the derived type have its members. */
type Based<B> = B extends EntityType ? { readonly _base?: B } : unknown

/** An entry of the entity container. */
export interface Root {
  readonly kind: 'singleton' | 'set'
  readonly name: string
  readonly target: string
  readonly doc: string
  readonly published?: readonly Version[] | false
  readonly can: Can
  /** A singleton whose row depends on the caller: the hook `locate` of its target finds the row, with an empty key. */
  readonly located?: boolean
  readonly upsert?: Upsert
  readonly guard?: Guard
  /** As those of a link to many. Absent: all rows. */
  readonly scopes?: Scopes
}

/** The declarations of one workload. */
export interface Workload {
  readonly enums: readonly EnumType[]
  readonly complexes: readonly ComplexType[]
  readonly entities: readonly EntityType[]
  readonly roots: readonly Root[]
}

/** `library.lending.book` → `book`. */
export function localName(qualified: string): string {
  return qualified.slice(qualified.lastIndexOf('.') + 1)
}

export function namespaceOf(qualified: string): string {
  return qualified.slice(0, qualified.lastIndexOf('.'))
}

/** Where the name of an operation is. */
export function spaceOf(of: Pick<EntityType, 'name'>, { namespace }: Pick<OperationFacts, 'namespace'>): string {
  return namespace ?? namespaceOf(of.name)
}
