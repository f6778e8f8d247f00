/** JSON values of a body, checked against the type of their property; every fault is collected. */
import { Faults } from '#base/errors.ts'
import { isObject } from '#base/json.ts'
import type { ComplexType, EnumType, Prop } from '#edm/props.ts'
import { evolvableMembers, sentinel } from '#edm/shown-values.ts'
import { primitives } from '#edm/types.ts'
import { memberOf } from '../query/expression/names.ts'
import { isControlInformation } from './annotations.ts'

export interface ValueReading {
  readonly faults: Faults
  readonly refuseUnknown: boolean
}

export function unknownText(name: string, type: string): string {
  return `The property '${name}' does not exist on type '${type}'. Make sure to only use property names that are defined by the type or mark the type as open type.`
}

/** A member that the type does not have: a fault, or ignored, as the type declares. */
export function passOverUnknown(
  name: string,
  target: string,
  type: string,
  { faults, refuseUnknown }: ValueReading,
): void {
  const why = unknownText(name, type)
  if (refuseUnknown) faults.add(target, why)
  else faults.ignore(target, why)
}

/** An annotation of a client's own. Control information says nothing that is to be stored. */
export function passOverAnnotation(name: string, target: string, faults: Faults): void {
  if (!isControlInformation(name)) faults.ignore(target, `The annotation '${name}' is not acted on.`)
}

function describe(type: Prop['type']): string {
  return typeof type === 'string' ? type : type.name
}

function memberNamed(type: EnumType, value: unknown): string | undefined {
  const name = typeof value === 'string' ? value.slice(value.lastIndexOf('.') + 1).toLowerCase() : ''
  return type.members.find((entry) => entry.name.toLowerCase() === name)?.name
}

/** Members that bodies may name. */
export function namesOf({ members }: EnumType): string {
  const names = members.map(({ name }) => name).filter((name) => name !== sentinel)
  return names.join(', ')
}

function readEnum(type: EnumType, value: unknown, target: string, { faults }: ValueReading): unknown {
  const member = memberNamed(type, value)
  // protocol.md §1.6: the sentinel of an evolvable enum is never a value to store.
  if (member !== undefined && member !== sentinel) return member
  faults.add(target, `'${String(value)}' is not a value of '${type.name}'; use one of: ${namesOf(type)}.`)
  return undefined
}

function readComplex(type: ComplexType, value: unknown, target: string, reading: ValueReading): unknown {
  if (!isObject(value)) {
    reading.faults.add(target, `'${target}' must be an object of type '${type.name}'.`)
    return undefined
  }
  const result: Record<string, unknown> = {}
  for (const [written, entry] of Object.entries(value)) {
    const within = `${target}/${written}`
    const member = written.includes('@') ? undefined : memberOf(type, written)
    if (member !== undefined && Object.hasOwn(result, member.name))
      reading.faults.add(within, `The property '${written}' is given twice.`)
    if (member !== undefined) result[member.name] = readValue(member.prop, entry, `${target}/${member.name}`, reading)
    else if (written.includes('@')) passOverAnnotation(written, within, reading.faults)
    else passOverUnknown(written, within, type.name, reading)
  }
  return result
}

function readSingle(prop: Prop, value: unknown, target: string, reading: ValueReading): unknown {
  const { type } = prop
  if (typeof type !== 'string') {
    return type.kind === 'enum' ? readEnum(type, value, target, reading) : readComplex(type, value, target, reading)
  }
  const accepted = primitives[type].accept(value)
  if (accepted === undefined) reading.faults.add(target, `The value of '${target}' is not a valid '${describe(type)}'.`)
  return accepted
}

/** The value as rows hold it; undefined, with a fault, for one that the property cannot have. */
export function readValue(prop: Prop, value: unknown, target: string, reading: ValueReading): unknown {
  if (prop.collection === true) {
    if (value === null) return []
    if (Array.isArray(value)) return readElements(prop, value, target, reading)
    reading.faults.add(target, `'${target}' must be an array.`)
    return undefined
  }
  if (value !== null) return readSingle(prop, value, target, reading)
  if (prop.nullable !== false) return null
  reading.faults.add(
    target,
    `null is not a valid value for the property '${target}'; '${target}' is not a nullable property.`,
  )
  return undefined
}

/** A faulty complex element stays as an empty one, so that the rules can go on to the elements after it. */
function readElements(prop: Prop, values: readonly unknown[], target: string, reading: ValueReading): unknown[] {
  const read = values.map((entry, at) => readElement(prop, entry, `${target}/${at}`, reading))
  const isComplex = typeof prop.type === 'object' && prop.type.kind === 'complex'
  return isComplex ? read.map((entry) => entry ?? {}) : read.filter((entry) => entry !== undefined)
}

function readElement(prop: Prop, value: unknown, target: string, reading: ValueReading): unknown {
  if (value !== null) return readSingle(prop, value, target, reading)
  reading.faults.add(target, `null is not a valid element of a collection of '${describe(prop.type)}'.`)
  return undefined
}

/** What the body leaves out of an object counts as the same. */
function isSame(sent: unknown, held: unknown): boolean {
  if (Array.isArray(sent) && Array.isArray(held))
    return sent.length === held.length && sent.every((entry, at) => isSame(entry, held[at]))
  if (isObject(sent) && isObject(held)) return Object.entries(sent).every(([name, entry]) => isSame(entry, held[name]))
  return (sent ?? null) === (held ?? null)
}

/** Whether a value that a client sends back is the one the row holds, whatever the form it is written in. */
export function isPresentValue(prop: Prop, value: unknown, held: unknown): boolean {
  const { type } = prop
  const isMasked = typeof type === 'object' && type.kind === 'enum' && memberNamed(type, value) === sentinel
  if (isMasked) return typeof held === 'string' && evolvableMembers(type).includes(held)
  const faults = new Faults()
  const read = readValue(prop, value, '', { faults, refuseUnknown: true })
  return !faults.any && isSame(read, held)
}
