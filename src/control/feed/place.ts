/** A place in the feed: `{tenant}:{sequence}`, and after a comma those of other tenants. It is the id of each message. */
import { AppError } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'

/** The last sequence that was seen, by tenant. */
export type Places = ReadonlyMap<string, number>

/** More would not fit into the header of a client that comes back. */
export const mostPlaces = 100

/** `first`: whose message it is. Undefined: there is no tenant. */
export function placeText(places: Places, first?: string): string | undefined {
  const others = [...places].filter(([tenantId, sequence]) => tenantId !== first && sequence > 0).sort()
  const own = first === undefined ? [] : [[first, places.get(first) ?? 0] as const]
  const some = [...own, ...others]
  const all = (some.length === 0 ? [...places].slice(0, 1) : some).slice(0, mostPlaces)
  return all.length === 0 ? undefined : all.map(([tenantId, sequence]) => `${tenantId}:${sequence}`).join(',')
}

/** `target`: what it was sent as. Throws `invalid`. */
export function placesIn(text: string, target: string): Places {
  const places = new Map<string, number>()
  for (const part of text.split(',')) {
    const [, id = '', sequence = ''] = /^([0-9a-fA-F-]{36}):(\d{1,15})$/.exec(part.trim()) ?? []
    const tenantId = guidOf(id)
    if (tenantId === undefined)
      throw new AppError('invalid', `'${target}' is not the id of a message of the feed, such as {tenant}:42.`, {
        target,
      })
    places.set(tenantId, Number(sequence))
  }
  return places
}
