/** Addresses of entities in bodies and in `$id`: the row they name (OData JSON 4.01 §8.5 and §14). */
import { guidIn } from '#base/ids.ts'
import type { EntityType } from '#edm/define.ts'
import type { Model } from '#edm/model.ts'
import { castTo, isTypeName } from '../url/cast.ts'

export interface Addressed {
  readonly id: string
  /** Of which the row must be; undefined: the model has no such collection, so the address does not say. */
  readonly type: EntityType | undefined
}

const parenthesised = /^([^()]+)\((?:'(.*)'|([^']*))\)$/

/** The parts after the version, decoded, each key a part of its own; undefined: the text is no address. */
function partsOf(address: string): string[] | undefined {
  const [path = ''] = address.split(/[?#]/, 1)
  const parts = path.replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, '').split('/')
  // A key may be called so as well.
  const version = parts.findIndex((part, at) => at < parts.length - 2 && /^(?:v1\.0|beta)$/i.test(part))
  try {
    return parts
      .slice(version + 1)
      .filter((part) => part !== '')
      .flatMap((part) => {
        const text = decodeURIComponent(part)
        const [, name, quoted, bare] = parenthesised.exec(text) ?? []
        return name === undefined ? [text] : [name, quoted?.replaceAll("''", "'") ?? bare ?? '']
      })
  } catch {
    return undefined
  }
}

/** Graph's own references have casts to types of the directory service, which no model has. */
function isCast(model: Model, part: string): boolean {
  return /^microsoft\.[\w.]+$/i.test(part) || isTypeName(model, part)
}

/** The type of the rows where a path leads, and whether its last part is a key; undefined: the model does not know the path. */
function placeOf(model: Model, parts: readonly string[]): { type: EntityType; isKeyed: boolean } | undefined {
  let type: EntityType | undefined
  let takesKey = false
  let isKeyed = false
  for (const part of parts) {
    if (type !== undefined && isCast(model, part)) {
      type = castTo(model, type, part)?.type ?? type
      continue
    }
    isKeyed = takesKey
    if (takesKey) {
      takesKey = false
      continue
    }
    const name = part.toLowerCase()
    const root = type === undefined ? model.roots.get(name) : undefined
    const nav = type === undefined ? undefined : model.view(type.name).navs.get(name)?.nav
    const target = root?.target ?? nav?.target
    if (target === undefined) return undefined
    type = model.view(target).type
    takesKey = root === undefined ? nav?.many === true : root.kind === 'set'
  }
  return type && { type, isKeyed }
}

/** Names of the tables' types that rows of a type count among: its own, those of its bases, those whose rows it shows. */
function linesOf(type: EntityType): string[] {
  const more = [type.over, type.base].flatMap((next) =>
    next === undefined || next.abstract === true ? [] : linesOf(next),
  )
  return [type.name, ...more]
}

function canBe(type: EntityType, target: EntityType): boolean {
  const heldBy = (some: EntityType, other: EntityType) => linesOf(some).includes((other.over ?? other).name)
  return heldBy(type, target) || heldBy(target, type)
}

/** The row of the target's type that an address on any host names, or why it names none. */
export function addressed(model: Model, target: EntityType, address: unknown): Addressed | { readonly why: string } {
  const parts = typeof address === 'string' ? partsOf(address) : undefined
  const bare = parts?.filter((part, at) => at === 0 || !isCast(model, part)) ?? []
  const last = bare.at(-1)
  if (parts === undefined || last === undefined || bare.length < 2) return { why: 'must be the address of an entity' }
  const place = placeOf(model, parts)
  if (place?.isKeyed === false) return { why: 'must be the address of an entity, with its key at the end' }
  if (place !== undefined && !canBe(place.type, target)) {
    return { why: `must be the address of a row of type '${target.name}', not of '${place.type.name}'` }
  }
  return { id: guidIn(last) ?? last, type: place?.type }
}
