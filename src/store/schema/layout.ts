/** Where each row key of each stored type is stored: table, column, coding. Derived once from the models. */
import { invariant } from '#base/errors.ts'
import { keptByAll } from '#base/kept-by.ts'
import { fold } from '#base/text/fold.ts'
import type { EntityType } from '#edm/define.ts'
import { derivedOf, holderOf, isDerived, isStored, kindKey, type Model, type TypeView, tagKey } from '#edm/model.ts'
import { type Prop, text, type WordIndex } from '#edm/props.ts'
import { type ColumnKind, primitives } from '#edm/types.ts'
import type { SqlValue } from '../values.ts'

/** How a value is stored: unchanged, a boolean as 0 or 1, or a structured value as JSON text. */
export type Coding = 'plain' | 'flag' | 'json'

export interface Field {
  readonly key: string
  readonly column: string
  readonly kind: ColumnKind
  readonly coding: Coding
  readonly nullable: boolean
  /** Absent for links. */
  readonly prop: Prop | undefined
  /** Table the link leads to. */
  readonly link: string | undefined
  readonly foldColumn: string | undefined
  /** The column used to order and compare: the folded one if the property has one. */
  readonly sortColumn: string
  /** The default value, as in rows; `initialStored` is its stored form. */
  readonly initial: unknown
  readonly initialStored: SqlValue
  readonly initialFolded: SqlValue
  readonly elements: ElementFacts | undefined
  readonly words: WordFacts | undefined
}

export interface ElementColumn {
  readonly member: string
  readonly column: string
  readonly kind: ColumnKind
  readonly prop: Prop
}

/** The table of a collection's elements, for lookups by their members. It has folded members only in their folded form. */
export interface ElementFacts {
  readonly name: string
  readonly key: string
  readonly columns: readonly ElementColumn[]
  readonly member: (name: string) => ElementColumn | undefined
  /** First column of its index: `name` if the elements have this member. */
  readonly lead: string
}

/** The table with the words of a collection's texts (base/text/search-keys.ts). */
export interface WordFacts {
  readonly name: string
  readonly key: string
  readonly of: WordIndex
}

export interface TableFacts {
  readonly type: EntityType
  readonly name: string
  readonly fields: readonly Field[]
  readonly elements: readonly ElementFacts[]
  readonly words: readonly WordFacts[]
  /** Those of the type that the table is made for. */
  readonly indexes: NonNullable<EntityType['indexes']>
  /** Rows have an entity tag. */
  readonly tagged: boolean
  /** Only rows of these kinds are of the type; undefined: all of them. */
  readonly kinds: readonly string[] | undefined
  readonly find: (key: string) => Field | undefined
  /** Throws if the type has no such row key. */
  readonly field: (key: string) => Field
}

export interface Layout {
  /** One for each table. Derived types and faces are in the table of another type. */
  readonly tables: readonly TableFacts[]
  /** Every type with a table, and every type in the table of another one. */
  readonly types: readonly TableFacts[]
  /** Throws if no such type is stored. */
  readonly table: (qualified: string) => TableFacts
  /** Names of the types in the same table, including the given one. */
  readonly family: (qualified: string) => readonly string[]
}

export function snakeOf(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toLowerCase()
}

export function tableNameOf(qualified: string): string {
  return snakeOf(qualified.replace(/^microsoft\.graph\./, ''))
}

function kindOf(prop: Prop): ColumnKind {
  return prop.collection === true || typeof prop.type !== 'string' ? 'text' : primitives[prop.type].column
}

export function codingOf(prop: Prop): Coding {
  if (prop.collection === true) return 'json'
  if (typeof prop.type === 'string') return prop.type === 'Edm.Boolean' ? 'flag' : 'plain'
  return prop.type.kind === 'complex' ? 'json' : 'plain'
}

function elementsOf(table: string, key: string, prop: Prop): ElementFacts | undefined {
  if (prop.elements === undefined) return undefined
  const { type } = prop
  invariant(
    prop.collection === true && typeof type !== 'string' && type.kind === 'complex',
    `${table}.${key}: only a collection of complex values has elements`,
  )
  const columns = prop.elements.map((member): ElementColumn => {
    const of = type.props[member]
    invariant(of !== undefined && codingOf(of) !== 'json', `${table}.${key}: no plain element member ${member}`)
    return { member, column: snakeOf(member), kind: kindOf(of), prop: of }
  })
  const lead =
    columns.find(({ member }) => member === 'name') ?? columns.find(({ kind }) => kind === 'text') ?? columns[0]
  invariant(lead !== undefined, `${table}.${key}: no element member is named`)
  const byMember = new Map(columns.map((column) => [column.member, column]))
  return { name: `${table}__${snakeOf(key)}`, key, columns, member: (name) => byMember.get(name), lead: lead.column }
}

function storedInitial(initial: string | number | boolean | undefined): SqlValue {
  return typeof initial === 'boolean' ? Number(initial) : (initial ?? null)
}

function propField(table: string, key: string, prop: Prop): Field {
  const column = snakeOf(key)
  const collection = prop.collection === true
  const folded = prop.fold === true && !collection && prop.type === 'Edm.String'
  const foldColumn = folded ? `${column}_fold` : undefined
  return {
    key,
    column,
    kind: kindOf(prop),
    coding: codingOf(prop),
    nullable: !collection && prop.nullable !== false,
    prop,
    link: undefined,
    foldColumn,
    sortColumn: foldColumn ?? column,
    initial: collection ? [] : (prop.initial ?? null),
    initialStored: collection ? '[]' : storedInitial(prop.initial),
    initialFolded: folded && typeof prop.initial === 'string' ? fold(prop.initial) : null,
    elements: elementsOf(table, key, prop),
    words: prop.words && { name: `${table}__${snakeOf(key)}__words`, key, of: prop.words },
  }
}

function linkField(name: string, target: string, held: boolean): Field {
  const column = `${snakeOf(name)}_id`
  return {
    key: `${name}Id`,
    column,
    kind: 'text',
    coding: 'plain',
    nullable: !held,
    prop: undefined,
    link: tableNameOf(target),
    foldColumn: undefined,
    sortColumn: column,
    initial: null,
    initialStored: null,
    initialFolded: null,
    elements: undefined,
    words: undefined,
  }
}

function ownFields(model: Model, table: string, view: TypeView): Field[] {
  return [
    ...[...view.props.values()].map((entry) => propField(table, entry.name, entry.prop)),
    ...[...view.navs.values()].flatMap(({ name, nav }) =>
      !nav.many && nav.stored ? [linkField(name, holderOf(model.view(nav.target).type).name, nav.held === true)] : [],
    ),
  ]
}

const internal = { doc: 'Kept by the store.', returned: 'never', published: false } as const

function tagField(table: string): Field {
  return propField(table, tagKey, text({ ...internal, nullable: false, initial: '' }))
}

function kindField(table: string): Field {
  return propField(table, kindKey, text(internal))
}

/** Columns of derived types are nullable, because rows of the base type have no value there. */
function optional(field: Field): Field {
  return {
    ...field,
    nullable: true,
    initial: null,
    initialStored: null,
    initialFolded: null,
  }
}

type FactsOfRows = Pick<TableFacts, 'type' | 'name' | 'fields' | 'indexes' | 'kinds'>

function withLookups(facts: FactsOfRows): TableFacts {
  const byKey = new Map(facts.fields.map((field) => [field.key, field]))
  const { type } = facts
  invariant(byKey.get('id')?.nullable === false, `${type.name} has no id`)
  return {
    ...facts,
    elements: facts.fields.flatMap(({ elements }) => elements ?? []),
    words: facts.fields.flatMap(({ words }) => words ?? []),
    tagged: byKey.has(tagKey),
    find: (key) => byKey.get(key),
    field: (key) => {
      const field = byKey.get(key)
      invariant(field !== undefined, `${type.name} has no row key ${key}`)
      return field
    },
  }
}

/** The table of a type with the columns of its derived types. */
function tableFactsOf(model: Model, type: EntityType): TableFacts {
  const name = tableNameOf(type.name)
  const own = ownFields(model, name, model.view(type.name))
  const known = new Set(own.map(({ key }) => key))
  const derived = derivedOf(model, type)
  const more = derived.flatMap(({ name: of }) =>
    ownFields(model, name, model.view(of)).filter(({ key }) => !known.has(key) && known.add(key)),
  )
  const fields = [
    ...own,
    ...more.map(optional),
    ...(type.tag === undefined ? [] : [tagField(name)]),
    ...(derived.length === 0 ? [] : [kindField(name)]),
  ]
  return withLookups({ type, name, fields, indexes: type.indexes ?? [], kinds: undefined })
}

/** A type in the table of another: the columns of that table, with the type's own declarations. */
function facetOf(model: Model, type: EntityType, holder: TableFacts): TableFacts {
  // A face of a derived type shows rows of that type only.
  const shown = type.over === undefined || !isDerived(type.over) ? holder : facetOf(model, type.over, holder)
  const own = new Map(ownFields(model, holder.name, model.view(type.name)).map((field) => [field.key, field]))
  const fields = shown.fields.map((field) => {
    const mine = own.get(field.key)
    if (mine === undefined) return field
    return isDerived(type) ? mine : { ...field, prop: mine.prop }
  })
  const kinds = isDerived(type) ? [type.name, ...derivedOf(model, type).map(({ name }) => name)] : shown.kinds
  return withLookups({ type, name: holder.name, fields, indexes: holder.indexes, kinds })
}

/** One table for each stored type of any of the models; a type in several models counts once. */
function newLayout(models: readonly Model[]): Layout {
  const byType = new Map<string, TableFacts>()
  for (const model of models)
    for (const type of model.entities)
      if (isStored(type) && holderOf(type) === type && !byType.has(type.name))
        byType.set(type.name, tableFactsOf(model, type))
  const tables = [...byType.values()]
  const family = new Map(tables.map(({ type }) => [type.name, [type.name]]))
  for (const model of models)
    for (const type of model.entities) {
      const holder = byType.get(holderOf(type).name)
      if (holder === undefined || !isStored(type) || byType.has(type.name)) continue
      byType.set(type.name, facetOf(model, type, holder))
      const names = family.get(holder.type.name) ?? []
      names.push(type.name)
      family.set(type.name, names)
    }
  return {
    tables,
    types: [...byType.values()],
    table: (qualified) => {
      const facts = byType.get(qualified)
      invariant(facts !== undefined, `no stored type ${qualified}`)
      return facts
    },
    family: (qualified) => family.get(qualified) ?? [],
  }
}

/** The layout of the models: a start asks for it three times, and a server again for each world. */
export const layoutOf = keptByAll(newLayout)
