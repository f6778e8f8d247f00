/** `/_relata/worlds`, `/_relata/worlds/{id}` and `/_relata/reset`: worlds of a stand-in (decisions.md 20 to 22). */
import type { Json } from '#base/json.ts'
import { type AddressHandler, jsonAnswer, jsonType } from '#base/own-address.ts'
import { byMethod, readMembers } from '../request.ts'

/** All throw `AppError`; answers are as docs/worlds.md describes them. */
export interface WorldsControl {
  list(origin: string): readonly Json[]
  show(id: string, origin: string): Json
  add(wish: Json, origin: string): Promise<Json>
  remove(id: string): void
  /** Puts the world of this request back to how it began. */
  reset(): Promise<void>
}

const wishMembers = ['id', 'from', 'seed', 'clock', 'ids', 'port']
const root = '/_relata/worlds'
const form = /^\/_relata\/worlds(?:\/([^/]+))?\/?$/i

function listHandler(worlds: WorldsControl): AddressHandler {
  return byMethod({
    GET: async ({ origin }) => jsonAnswer({ value: worlds.list(origin) }),
    POST: async (request) => {
      const wish = request.body === undefined ? {} : readMembers(request, wishMembers)
      const made = await worlds.add(wish as Json, request.origin)
      const location = `${request.origin}${root}/${String(made['id'])}`
      return { status: 201, headers: { ...jsonType, Location: location }, body: JSON.stringify(made) }
    },
  })
}

function oneHandler(worlds: WorldsControl, id: string): AddressHandler {
  return byMethod({
    GET: async ({ origin }) => jsonAnswer(worlds.show(id, origin)),
    DELETE: async () => {
      worlds.remove(id)
      return { status: 204, headers: {}, body: '' }
    },
  })
}

export function resetHandler(worlds: WorldsControl): AddressHandler {
  return byMethod({
    POST: async (request) => {
      if (request.body !== undefined) readMembers(request, [])
      await worlds.reset()
      return { status: 204, headers: {}, body: '' }
    },
  })
}

/** Undefined: the path is not one of these. */
export function findWorlds(worlds: WorldsControl, path: string): AddressHandler | undefined {
  if (/^\/_relata\/reset\/?$/i.test(path)) return resetHandler(worlds)
  const found = form.exec(path)
  if (found === null) return undefined
  return found[1] === undefined ? listHandler(worlds) : oneHandler(worlds, found[1].toLowerCase())
}
