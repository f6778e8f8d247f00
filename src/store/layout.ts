/** Where each row key of each stored type is kept: table, column, coding. Made once from the models. */
import { invariant } from '#base/errors.ts'
import { fold } from '#base/fold.ts'
import type { EntityType, Prop } from '#edm/define.ts'
import { isStored, type Model, type TypeView } from '#edm/model.ts'
import { type ColumnKind, primitives } from '#edm/types.ts'

/** What a driver binds and returns. */
export type Value = string | number | null

/** How a value of a row is kept: as it is, a boolean as 0 or 1, or anything with parts as JSON text. */
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
  /** The column that orders and compares: the folded one where there is one. */
  readonly sortColumn: string
  /** Value of a row that does not say, as rows have it. */
  readonly initial: unknown
  readonly initialStored: Value
  readonly initialFolded: Value
  readonly elements: ElementFacts | undefined
}

export interface ElementColumn {
  readonly member: string
  readonly column: string
  readonly kind: ColumnKind
  readonly prop: Prop
}

/** The table of a collection's elements, for lookups by their members. Folded members are kept folded only. */
export interface ElementFacts {
  readonly name: string
  readonly key: string
  readonly columns: readonly ElementColumn[]
  readonly member: (name: string) => ElementColumn | undefined
  /** First column of its index: `name` where there is one. */
  readonly lead: string
}

export interface TableFacts {
  readonly type: EntityType
  readonly name: string
  readonly fields: readonly Field[]
  readonly elements: readonly ElementFacts[]
  readonly find: (key: string) => Field | undefined
  /** Throws when the type has no such row key. */
  readonly field: (key: string) => Field
}

export interface Layout {
  readonly tables: readonly TableFacts[]
  /** Throws when no such type is stored. */
  readonly table: (qualified: string) => TableFacts
}

export const snakeOf = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toLowerCase()

export const tableNameOf = (qualified: string): string => snakeOf(qualified.replace(/^microsoft\.graph\./, ''))

const kindOf = (prop: Prop): ColumnKind =>
  prop.collection === true || typeof prop.type !== 'string' ? 'text' : primitives[prop.type].column

export const codingOf = (prop: Prop): Coding => {
  if (prop.collection === true) return 'json'
  if (typeof prop.type === 'string') return prop.type === 'Edm.Boolean' ? 'flag' : 'plain'
  return prop.type.kind === 'complex' ? 'json' : 'plain'
}

const elementsOf = (table: string, key: string, prop: Prop): ElementFacts | undefined => {
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

const storedInitial = (initial: string | number | boolean | undefined): Value =>
  typeof initial === 'boolean' ? Number(initial) : (initial ?? null)

const propField = (table: string, key: string, prop: Prop): Field => {
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
  }
}

const linkField = (name: string, target: string, held: boolean): Field => {
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
  }
}

const tableFactsOf = (view: TypeView): TableFacts => {
  const name = tableNameOf(view.type.name)
  const fields = [
    ...[...view.props.values()].map((entry) => propField(name, entry.name, entry.prop)),
    ...[...view.navs.values()].flatMap(({ name: navName, nav }) =>
      !nav.many && nav.stored ? [linkField(navName, nav.target, nav.held === true)] : [],
    ),
  ]
  const byKey = new Map(fields.map((field) => [field.key, field]))
  invariant(byKey.get('id')?.nullable === false, `${view.type.name} has no id`)
  return {
    type: view.type,
    name,
    fields,
    elements: fields.flatMap(({ elements }) => elements ?? []),
    find: (key) => byKey.get(key),
    field: (key) => {
      const field = byKey.get(key)
      invariant(field !== undefined, `${view.type.name} has no row key ${key}`)
      return field
    },
  }
}

/** One table for each stored type of any of the models; a type in several models counts once. */
export const layoutOf = (models: readonly Model[]): Layout => {
  const byType = new Map<string, TableFacts>()
  for (const model of models)
    for (const type of model.entities)
      if (isStored(type) && !byType.has(type.name)) byType.set(type.name, tableFactsOf(model.view(type.name)))
  return {
    tables: [...byType.values()],
    table: (qualified) => {
      const facts = byType.get(qualified)
      invariant(facts !== undefined, `no stored type ${qualified}`)
      return facts
    },
  }
}
