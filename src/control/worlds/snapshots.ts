/** `/_relata/snapshots`, and a world as one file: `/_relata/export` and `/_relata/import` (decisions.md 4, 14, 22). */
import { AppError } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import { type AddressHandler, jsonAnswer, jsonType, type OwnAnswer, type OwnRequest } from '#base/own-address.ts'
import { byMethod, parametersIn, readMembers, textMember } from '../request.ts'

/** Of the world whose addresses these are. All throw `AppError`; manifests are as docs/worlds.md describes them. */
export interface SnapshotsControl {
  list(): Promise<readonly Json[]>
  show(name: string): Promise<Json>
  save(name: string, replace: boolean): Promise<Json>
  load(name: string): Promise<void>
  remove(name: string): Promise<void>
  /** `snapshot`: instead of the world. */
  pack(snapshot: string | undefined): Promise<{ readonly bytes: Buffer; readonly fileName: string }>
  /** `snapshot`: becomes one of that name, and the world stays as it is. */
  unpack(file: Uint8Array, snapshot: string | undefined): Promise<Json>
}

const root = '/_relata/snapshots'
const form = /^\/_relata\/snapshots(?:\/([^/]+)(\/load)?)?\/?$/i
const done: OwnAnswer = { status: 204, headers: {}, body: '' }

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch (cause) {
    throw new AppError('invalid', 'The name in the address is not encoded as it has to be.', { target: 'name', cause })
  }
}

function listHandler(snapshots: SnapshotsControl): AddressHandler {
  return byMethod({
    GET: async () => jsonAnswer({ value: await snapshots.list() }),
    POST: async (request) => {
      const members = readMembers(request, ['name', 'replace'])
      const name = textMember(members, 'name')
      if (name === undefined)
        throw new AppError('invalid', "'name' is missing: the snapshot needs one.", { target: 'name' })
      const { replace = false } = members
      if (typeof replace !== 'boolean')
        throw new AppError('invalid', "'replace' is not true or false.", { target: 'replace' })
      const made = await snapshots.save(name, replace)
      const headers = { ...jsonType, Location: `${request.origin}${root}/${name}` }
      return { status: 201, headers, body: JSON.stringify(made) }
    },
  })
}

function oneHandler(snapshots: SnapshotsControl, name: string): AddressHandler {
  return byMethod({
    GET: async () => jsonAnswer(await snapshots.show(name)),
    DELETE: async () => {
      await snapshots.remove(name)
      return done
    },
  })
}

function loadHandler(snapshots: SnapshotsControl, name: string): AddressHandler {
  return byMethod({
    POST: async (request) => {
      if (request.body !== undefined) readMembers(request, [])
      await snapshots.load(name)
      return done
    },
  })
}

function snapshotAsked({ query }: OwnRequest): string | undefined {
  return parametersIn(query, ['snapshot']).get('snapshot') ?? undefined
}

function exportHandler(snapshots: SnapshotsControl): AddressHandler {
  return byMethod({
    GET: async (request) => {
      const { bytes, fileName } = await snapshots.pack(snapshotAsked(request))
      const headers = {
        'Content-Type': 'application/octet-stream',
        'Content-Disposition': `attachment; filename="${fileName}"`,
      }
      return { status: 200, headers, body: '', bytes }
    },
  })
}

function importHandler(snapshots: SnapshotsControl): AddressHandler {
  return byMethod({
    POST: async (request) => {
      if (request.body === undefined)
        throw new AppError('invalid', 'The request has no body. The body is a file as GET /_relata/export gives it.')
      return jsonAnswer(await snapshots.unpack(request.body, snapshotAsked(request)))
    },
  })
}

/** Undefined: the path is not one of these. */
export function findSnapshots(snapshots: SnapshotsControl, path: string): AddressHandler | undefined {
  if (/^\/_relata\/export\/?$/i.test(path)) return exportHandler(snapshots)
  if (/^\/_relata\/import\/?$/i.test(path)) return importHandler(snapshots)
  const found = form.exec(path)
  if (found === null) return undefined
  const [, segment, load] = found
  if (segment === undefined) return listHandler(snapshots)
  const name = decoded(segment)
  return load === undefined ? oneHandler(snapshots, name) : loadHandler(snapshots, name)
}
