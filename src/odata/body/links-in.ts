/** Links in a body: `{"id": …}`, `{"@odata.id": …}` and `<nav>@odata.bind`, and links that are sent back as they were read. */
import { guidIn, guidsOf } from '#base/ids.ts'
import { isObject, type Json } from '#base/json.ts'
import type { EntityType, Nav } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import { kindKey, type Model, type NamedNav, type TypeView } from '#edm/model.ts'
import { kindsOf } from '../url/cast.ts'
import { type Addressed, addressed } from './address-in.ts'
import { isPresentValue, passOverAnnotation, type ValueReading } from './values-in.ts'

/** What a body links by address. */
export interface Bound {
  /** The member as the body writes it. */
  readonly target: string
  readonly rows: readonly Addressed[]
}

/** By the name of the link. */
export type Binds = Map<string, Bound>

/** By the name of a link: the rows it leads to now, by id. */
export type Linked = ReadonlyMap<string, ReadonlyMap<string, AnyRow>>

export interface BodyReading extends ValueReading {
  readonly model: Model
  readonly view: TypeView
  readonly draft: Record<string, unknown>
  /** The row that is changed; undefined: one is created. */
  readonly before: AnyRow | undefined
  /** Undefined: links to many cannot be bound here. */
  readonly binds: Binds | undefined
  readonly linked: Linked | undefined
}

/** `@odata.bind`, or `@bind` as OData 4.01 has it. */
export const bindForm = /@(?:odata\.)?bind$/i
const referenceForm = /^@(?:odata\.)?id$/i

/** The id that an object names its row by, as rows hold it; undefined: none. */
export function idOf(value: unknown): string | undefined {
  const id = isObject(value) ? Object.entries(value).find(([name]) => name.toLowerCase() === 'id')?.[1] : undefined
  return typeof id === 'string' && id !== '' ? (guidIn(id) ?? guidsOf(id) ?? id) : undefined
}

/** Adds to what is ignored what a body says of a linked row beside its id. What is so already counts as absent. */
function passOverRest(value: Json, target: string, nav: Nav, row: AnyRow | undefined, reading: BodyReading): void {
  const { model, faults } = reading
  const kind = row?.[kindKey]
  const isDerived = typeof kind === 'string' && kindsOf(model, model.view(nav.target).type).includes(kind)
  const { props } = model.view(isDerived ? kind : nav.target)
  for (const [name, sent] of Object.entries(value)) {
    const lower = name.toLowerCase()
    if (lower === 'id') continue
    if (name.includes('@')) {
      passOverAnnotation(name, `${target}/${name}`, faults)
      continue
    }
    const known = props.get(lower)
    const isShown = known !== undefined && known.prop.returned !== 'never'
    if (isShown && row !== undefined && isPresentValue(known.prop, sent, row[known.name])) continue
    faults.ignore(`${target}/${name}`, `'${target}' names a row that is there; '${name}' of it cannot be set here.`)
  }
}

function readAddress(value: unknown, type: EntityType, target: string, { model, faults }: BodyReading) {
  const found = addressed(model, type, value)
  if ('id' in found) return found
  faults.add(target, `'${target}' ${found.why}.`)
  return undefined
}

/** Adds a fault where the body leads the link to another row as well. */
function setLink(name: string, id: string | null, target: string, { draft, faults }: BodyReading): void {
  const key = `${name}Id`
  if (Object.hasOwn(draft, key) && draft[key] !== id) faults.add(target, `The link '${name}' is given twice.`)
  draft[key] = id
}

/** The `id` is what counts: answers with full metadata have an address beside it that need not end in one. */
function readReference({ name, nav }: NamedNav, value: unknown, reading: BodyReading): void {
  const { model, binds, linked, faults } = reading
  if (value === null) {
    setLink(name, null, name, reading)
    return
  }
  const id = idOf(value)
  const address = isObject(value) ? Object.keys(value).find((written) => referenceForm.test(written)) : undefined
  if (!isObject(value) || (id === undefined && address === undefined)) {
    faults.add(`${name}/id`, `'${name}' must name an entity by its 'id'.`)
    return
  }
  passOverRest(value, name, nav, id === undefined ? undefined : linked?.get(name)?.get(id), reading)
  if (id !== undefined || address === undefined) {
    setLink(name, id ?? null, name, reading)
    return
  }
  const target = `${name}/${address}`
  const found = readAddress(value[address], model.view(nav.target).type, target, reading)
  if (found === undefined) return
  binds?.set(name, { target, rows: [found] })
  setLink(name, found.id, target, reading)
}

/** Whether the body names the rows that the link leads to, and no others. */
function areLinked(sent: readonly unknown[], rows: ReadonlyMap<string, AnyRow> | undefined): boolean {
  const ids = new Set(sent.map(idOf))
  return ids.size === sent.length && ids.size === (rows?.size ?? 0) && [...ids].every((id) => rows?.has(id ?? ''))
}

function readMany({ name, nav }: NamedNav, value: unknown, reading: BodyReading): void {
  const { before, linked, faults } = reading
  const why = `'${name}' cannot be written together with its owner; post its members to its own address.`
  const rows = linked?.get(name)
  const isKnown = before === undefined || rows !== undefined
  if (Array.isArray(value) && isKnown && areLinked(value, rows)) {
    for (const [at, entry] of value.entries())
      passOverRest(entry as Json, `${name}/${at}`, nav, rows?.get(idOf(entry) ?? ''), reading)
  } else if (value === null || (Array.isArray(value) && value.length === 0)) faults.ignore(name, why)
  else faults.add(name, why)
}

/** A link that no body sets: sent back as it is, it counts as absent. */
function readFixedLink({ name, nav }: NamedNav, value: unknown, reading: BodyReading): void {
  const { model, before, linked, faults } = reading
  const held = model.isPublished(nav) ? before?.[`${name}Id`] : undefined
  const isPresent = held !== undefined && held === (value === null ? null : idOf(value))
  if (!isPresent) faults.ignore(name, `The link '${name}' cannot be set in a body.`)
  else if (typeof held === 'string') passOverRest(value as Json, name, nav, linked?.get(name)?.get(held), reading)
}

export function readLink(named: NamedNav, value: unknown, reading: BodyReading): void {
  if (named.nav.many) readMany(named, value, reading)
  else if (named.nav.accepts === undefined) readFixedLink(named, value, reading)
  else readReference(named, value, reading)
}

function readBoundMany(
  name: string,
  target: string,
  nav: Nav,
  value: unknown,
  reading: BodyReading,
): Bound | undefined {
  const { model, binds, faults } = reading
  const most = nav.many ? (nav.binds ?? 0) : 0
  if (binds?.has(name) === true) faults.add(target, `The link '${name}' is given twice.`)
  else if (!Array.isArray(value)) faults.add(target, `'${target}' must be an array of addresses of entities.`)
  else if (value.length > most) faults.add(target, `'${target}' has at most ${most} addresses in one request.`)
  else {
    const { type } = model.view(nav.target)
    const rows = value.map((entry, at) => readAddress(entry, type, `${target}/${at}`, reading))
    return { target, rows: rows.filter((row) => row !== undefined) }
  }
  return undefined
}

/** `written` ends in `@odata.bind` or `@bind`. */
export function readBound(written: string, value: unknown, reading: BodyReading): void {
  const { model, view, faults, binds } = reading
  const suffix = bindForm.exec(written)?.[0] ?? ''
  const named = view.navs.get(written.slice(0, -suffix.length).toLowerCase())
  const target = `${named?.name ?? ''}${suffix.toLowerCase()}`
  if (named?.nav.many === true && named.nav.binds !== undefined && binds !== undefined) {
    const bound = readBoundMany(named.name, target, named.nav, value, reading)
    if (bound !== undefined) binds.set(named.name, bound)
    return
  }
  if (named === undefined || named.nav.many || named.nav.accepts === undefined) {
    faults.add(written, `'${written}' names no link that can be set in a body.`)
    return
  }
  const found = readAddress(value, model.view(named.nav.target).type, target, reading)
  if (found === undefined) return
  binds?.set(named.name, { target, rows: [found] })
  setLink(named.name, found.id, target, reading)
}
