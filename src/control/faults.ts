/** `/_relata/faults` and `/_relata/faults/{id}`: what goes wrong on purpose in a world of a stand-in (docs/faults.md). */
import { AppError } from '#base/errors.ts'
import { isObject, type Json } from '#base/json.ts'
import { type AddressHandler, jsonAnswer, jsonType } from '#base/own-address.ts'
import { byMethod, jsonIn, parametersIn, textOf } from './request.ts'

/** All throw `AppError`. */
export interface FaultsControl {
  list(): readonly Json[]
  /** The rules as they were given, to be added again. */
  scenario(): Json
  show(id: string): Json
  /** One rule, or a scenario with several. */
  add(wish: Json): readonly Json[]
  /** A wish as people write it into a file: YAML, or JSON with comments. */
  read(text: string): Promise<unknown>
  change(id: string, patch: Json): Promise<Json>
  remove(id: string): Promise<void>
  clear(): Promise<void>
}

export interface FaultsParts {
  readonly faults: FaultsControl
  /** Whether no other process serves the same rows. */
  readonly isAlone: () => Promise<boolean>
}

const root = '/_relata/faults'
const form = /^\/_relata\/faults(?:\/([^/]+))?\/?$/i
const nothing = { status: 204, headers: {}, body: '' } as const

function objectIn(request: Parameters<AddressHandler>[0], wanted: string): Json {
  const value = jsonIn(request, wanted)
  if (!isObject(value)) throw new AppError('invalid', `The request body is not a JSON object. ${wanted}`)
  return value
}

const yamlForm = /^\s*application\/(?:[\w.-]+\+)?yaml\s*(?:;|$)/i

async function wishIn(request: Parameters<AddressHandler>[0], { faults }: FaultsParts): Promise<Json> {
  const wanted = "The body is a rule, or a scenario with a list of 'rules'."
  if (!yamlForm.test(request.headers['content-type'] ?? '')) return objectIn(request, wanted)
  const value = await faults.read(textOf(request))
  if (!isObject(value)) throw new AppError('invalid', `The request body has no members. ${wanted}`)
  return value
}

/** Each process would have rules of its own, and nobody could tell which of them answers. */
async function checkAlone({ isAlone }: FaultsParts): Promise<void> {
  if (!(await isAlone()))
    throw new AppError('conflict', 'There are no faults here: other processes serve the same database.')
}

function listHandler(parts: FaultsParts): AddressHandler {
  const { faults } = parts
  return byMethod({
    GET: async ({ query }) => {
      const form = parametersIn(query, ['as']).get('as')
      if (form !== null && form !== 'scenario')
        throw new AppError('invalid', "'as' is 'scenario', or is left out.", { target: 'as' })
      return jsonAnswer(form === null ? { value: faults.list() } : faults.scenario())
    },
    POST: async (request) => {
      await checkAlone(parts)
      const wish = await wishIn(request, parts)
      const made = faults.add(wish)
      const [first] = made
      if ('rules' in wish || first === undefined)
        return { status: 201, headers: jsonType, body: JSON.stringify({ value: made }) }
      const location = `${request.origin}${root}/${String(first['id'])}`
      return { status: 201, headers: { ...jsonType, Location: location }, body: JSON.stringify(first) }
    },
    DELETE: async () => {
      await faults.clear()
      return nothing
    },
  })
}

function oneHandler(parts: FaultsParts, id: string): AddressHandler {
  const { faults } = parts
  return byMethod({
    GET: async () => jsonAnswer(faults.show(id)),
    PATCH: async (request) => {
      await checkAlone(parts)
      return jsonAnswer(await faults.change(id, objectIn(request, 'The body has the members of the rule to change.')))
    },
    DELETE: async () => {
      await faults.remove(id)
      return nothing
    },
  })
}

/** Undefined: the path is not one of these. */
export function findFaults(parts: FaultsParts, path: string): AddressHandler | undefined {
  const found = form.exec(path)
  if (found === null) return undefined
  return found[1] === undefined ? listHandler(parts) : oneHandler(parts, found[1])
}
