/**
 * Bodies of an OpenAPI document have schemas of their own: what is assigned by the server is not in them, and a link is
 * named by the id of its target, which is read-only in answers. What must be there depends on the address as well.
 */
import type { Json } from '#base/json.ts'
import { type EntityType, localName, type Nav, type ToOne } from '../define.ts'
import { holderOf, type Model, type NamedProp } from '../model.ts'
import type { Prop } from '../props.ts'
import { namedAs, type RowFacts } from './openapi-paths.ts'
import { isShown, refTo, type Schemas } from './openapi-schemas.ts'

/** `member`: an update that may name the row by its `id`. */
export type Making = 'create' | 'update' | 'member'

/** Properties that a body may bring. */
export function mayBring(model: Model, type: EntityType): NamedProp[] {
  return [...model.view(type.name).props.values()].filter(
    ({ name, prop }) => name !== 'id' && prop.readOnly !== true && isShown(model, prop),
  )
}

interface NamedLink<N extends Nav = Nav> {
  readonly name: string
  readonly nav: N
}

/** Links to one row that a body may name. */
export function linksOf(model: Model, type: EntityType): NamedLink<ToOne>[] {
  return [...model.view(type.name).navs.values()].flatMap(({ name, nav }) =>
    !nav.many && nav.accepts !== undefined ? [{ name, nav }] : [],
  )
}

/** Whether the row above in the address is what the link leads to. */
function isFromAddress(model: Model, { nav, owner }: RowFacts, link: NamedLink): boolean {
  if (nav === undefined || owner === undefined) return false
  const isBack = nav.many && nav.inverse === link.name
  return isBack || holderOf(model.view(link.nav.target).type).name === holderOf(owner).name
}

/** Names of what a create has to bring at this address. */
export function mustBring(model: Model, facts: RowFacts): string[] {
  const links = linksOf(model, facts.type).filter(
    (link) => link.nav.accepts === 'required' || (link.nav.held === true && !isFromAddress(model, facts, link)),
  )
  const props = mayBring(model, facts.type).filter(({ prop }) => prop.required === true)
  return [...props, ...links].map(({ name }) => name)
}

/** What must be there does not depend on the address, or there is no row above. */
function isPlain(model: Model, facts: RowFacts): boolean {
  const { owner: _owner, nav: _nav, ...anywhere } = facts
  const fromAnywhere = mustBring(model, anywhere)
  return facts.owner === undefined || fromAnywhere.length === mustBring(model, facts).length
}

/** Name of the schema, and of its example. */
export function bodyName(model: Model, facts: RowFacts, making: Making): string {
  const name = namedAs(model, facts.type).name
  if (making === 'update') return `${name}.update`
  if (making === 'member') return `${name}.updateMember`
  if (isPlain(model, facts)) return `${name}.create`
  const above = localName(facts.owner?.name ?? '')
  return `${name}.createBelow${above.charAt(0).toUpperCase()}${above.slice(1)}`
}

/** Name of the schema by which bodies name a row that is there. */
export const rowReference = 'rowReference'

export const rowReferenceSchema: Json = {
  type: 'object',
  description: 'A row that is there already.',
  required: ['id'],
  properties: { id: { type: 'string', description: 'Its id.' } },
}

function propSchema(schemas: Schemas, prop: Prop, making: Making): Json {
  const isNeeded = making === 'create' && prop.required === true
  const without =
    making === 'create' && prop.initial !== undefined && prop.initial !== '' ? ` Without it: ${prop.initial}.` : ''
  return {
    ...schemas.value(isNeeded ? { ...prop, nullable: false } : prop),
    description: `${prop.doc}${without}`,
  }
}

function linkSchema({ nav }: NamedLink<ToOne>): Json {
  const reference = refTo('schemas', rowReference)
  const schema = nav.nullable && nav.held !== true ? { anyOf: [reference, { type: 'null' }] } : reference
  return { ...schema, description: nav.doc }
}

/** Rows that a body links by their addresses, as Graph has it: `members@odata.bind`. */
function boundLinks(model: Model, type: EntityType): [string, Json][] {
  return [...model.view(type.name).navs.values()].flatMap(({ name, nav }): [string, Json][] =>
    nav.many && nav.binds !== undefined
      ? [
          [
            `${name}@odata.bind`,
            { type: 'array', items: { type: 'string', format: 'uri' }, maxItems: nav.binds, description: nav.doc },
          ],
        ]
      : [],
  )
}

export interface BodyParts {
  readonly model: Model
  readonly schemas: Schemas
}

/** The rows that come with their owner: arrays of what would create them. */
function deepLinks(parts: BodyParts, type: EntityType): [string, Json][] {
  const { model } = parts
  return [...model.view(type.name).navs.values()].flatMap(({ name, nav }): [string, Json][] => {
    if (!nav.many || nav.deep !== true) return []
    const target = model.view(nav.target).type
    const items = bodySchema(parts, { type: target, can: nav.can, doc: nav.doc, nav, owner: type }, 'create')
    return [[name, { type: 'array', items, description: nav.doc }]]
  })
}

/** A reference to the schema of the body; from then on it is among the schemas. */
export function bodySchema(parts: BodyParts, facts: RowFacts, making: Making): Json {
  const { model, schemas } = parts
  const { type } = facts
  return schemas.once(bodyName(model, facts, making), () => {
    const required = making === 'create' ? mustBring(model, facts) : []
    const properties = Object.fromEntries([
      ...(making === 'member' ? [['id', { type: 'string', description: 'Which row of the collection.' }]] : []),
      ...mayBring(model, type).map(({ name, prop }) => [name, propSchema(schemas, prop, making)]),
      ...linksOf(model, type).map((link) => [link.name, linkSchema(link)]),
      ...boundLinks(model, type),
      ...(making === 'create' ? deepLinks(parts, type) : []),
    ])
    const description = making === 'create' ? `To create: ${type.doc}` : `To change: ${type.doc}`
    return { type: 'object', description, ...(required.length === 0 ? {} : { required }), properties }
  })
}
