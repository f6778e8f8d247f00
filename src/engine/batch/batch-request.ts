/**
 * The body of a batch → its items (protocol.md §1.12; OData JSON Format 4.01 §19). What is wrong with the batch as such
 * is refused whole, with every fault; what is wrong with one request is left to its own answer.
 */
import { AppError, Faults } from '#base/errors.ts'
import { isJsonText, isObject, type Json } from '#base/json.ts'
import { isControlInformation } from '#odata/body/annotations.ts'
import { readJson } from '#odata/body/body-in.ts'

export interface BatchItem {
  readonly id: string
  /** In upper case. */
  readonly method: string
  readonly url: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** As it came; undefined: absent. */
  readonly body: unknown
  /** Places of the items it waits for; all of them are before it. */
  readonly after: readonly number[]
  readonly group: string | undefined
  /** It has `if`, OData's condition on the answers to other items, which is not supported. */
  readonly isConditional: boolean
}

export const mostItems = 20

/** Members by their name in lower case; names are the same in any case (protocol.md §1.1). */
function membersOf(value: Json): Json {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name.toLowerCase(), member]))
}

/** Undefined for what is neither text nor a number. */
function idOf(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value
  return typeof value === 'number' ? String(value) : undefined
}

/** State of reading the items in order. */
interface ItemReading {
  readonly faults: Faults
  /** Ids and groups in lower case → places. */
  readonly ids: Map<string, number>
  readonly groups: Map<string, number[]>
  readonly strict: boolean
}

function headersIn(value: unknown, target: string, { faults }: ItemReading): Record<string, string> {
  const headers: Record<string, string> = {}
  if (value === undefined || value === null) return headers
  if (!isObject(value)) {
    faults.add(target, "The 'headers' of a request are an object.")
    return headers
  }
  for (const [name, given] of Object.entries(value)) {
    if (given === null) continue
    const text = Array.isArray(given) ? given.join(', ') : String(given)
    if (isObject(given)) faults.add(`${target}/${name}`, `The header '${name}' is not text.`)
    else headers[name.toLowerCase()] = text
  }
  return headers
}

function afterIn(value: unknown, at: number, own: string, reading: ItemReading): number[] {
  if (value === undefined || value === null) return []
  const { faults, ids, groups } = reading
  const target = `requests/${at}/dependsOn`
  if (!Array.isArray(value)) {
    faults.add(target, "'dependsOn' is an array of ids.")
    return []
  }
  return value.flatMap((entry) => {
    const name = idOf(entry)?.toLowerCase()
    const place = name === undefined ? undefined : ids.get(name)
    if (place === at) {
      faults.add(target, `The request '${own}' cannot depend on itself.`)
      return []
    }
    const known = place === undefined ? groups.get(name ?? '') : [place]
    if (known === undefined) {
      faults.add(
        target,
        `'${String(name)}' is not the id of a request before this one; a request depends on earlier ones.`,
      )
    }
    return known ?? []
  })
}

function textIn(value: unknown, target: string, { faults }: ItemReading): string {
  if (typeof value === 'string' && value !== '') return value
  faults.add(target, `A request of a batch needs '${target.slice(target.lastIndexOf('/') + 1)}', as text.`)
  return ''
}

/** `dependsOn` names requests and groups alike (OData JSON 4.01 §19.1), so a name is one or the other. */
function alsoGroup(name: string): string {
  return `'${name}' is the id of a request and the name of an atomicity group; each needs a name of its own.`
}

function readId(value: unknown, at: number, { faults, ids, groups }: ItemReading): string {
  const target = `requests/${at}/id`
  const id = idOf(value)
  if (id === undefined) {
    faults.add(target, "A request of a batch needs an 'id', as text.")
    return ''
  }
  // Graph takes ids for the same whatever their case.
  if (ids.has(id.toLowerCase())) faults.add(target, `The id '${id}' is used twice in the batch.`)
  else ids.set(id.toLowerCase(), at)
  if (groups.has(id.toLowerCase())) faults.add(target, alsoGroup(id))
  return id
}

function readGroup(value: unknown, at: number, { faults, ids, groups }: ItemReading): string | undefined {
  if (value === undefined || value === null) return undefined
  const group = idOf(value)
  const target = `requests/${at}/atomicityGroup`
  if (group === undefined) {
    faults.add(target, "'atomicityGroup' is the name of a group, as text.")
    return undefined
  }
  const members = groups.get(group.toLowerCase())
  if (members === undefined && ids.has(group.toLowerCase())) faults.add(target, alsoGroup(group))
  if (members === undefined) groups.set(group.toLowerCase(), [at])
  else if (members.at(-1) === at - 1) members.push(at)
  else faults.add(target, `The requests of the group '${group}' must follow each other.`)
  return group
}

const graphMembers = new Set(['id', 'method', 'url', 'headers', 'body', 'dependson'])
/** OData's, which Graph does not have. */
const itemMembers = new Set([...graphMembers, 'atomicitygroup', 'if'])

/** What else the batch or one of its requests says is not acted on. */
function passOver(value: Json, known: ReadonlySet<string>, faults: Faults): void {
  for (const name of Object.keys(value)) {
    if (known.has(name.toLowerCase()) || isControlInformation(name)) continue
    faults.ignore(name, `A batch has no member '${name}' here.`)
  }
}

function readItem(value: unknown, at: number, reading: ItemReading): BatchItem {
  const given = isObject(value) ? membersOf(value) : {}
  const target = `requests/${at}`
  if (isObject(value)) passOver(value, reading.strict ? graphMembers : itemMembers, reading.faults.within(target))
  if (!isObject(value)) reading.faults.add(target, 'A request of a batch is an object.')
  const id = readId(given['id'], at, reading)
  const after = afterIn(given['dependson'], at, id, reading)
  return {
    id,
    after,
    group: readGroup(given['atomicitygroup'], at, reading),
    method: textIn(given['method'], `${target}/method`, reading).toUpperCase(),
    url: textIn(given['url'], `${target}/url`, reading),
    headers: headersIn(given['headers'], `${target}/headers`, reading),
    body: given['body'] ?? undefined,
    isConditional: given['if'] !== undefined && given['if'] !== null,
  }
}

const batchMembers = new Set(['requests'])

/**
 * Throws `invalid`: for what is no JSON, no batch, too large a batch, and with every fault of its items. `noteIgnored`
 * takes the path of each member that is not acted on; without it such members are faults.
 */
export function readItems(
  bytes: Uint8Array | undefined,
  { strict, noteIgnored }: { strict: boolean; noteIgnored: ((target: string) => void) | undefined },
): readonly BatchItem[] {
  const batch = readJson(bytes)
  const { requests } = membersOf(batch)
  if (!Array.isArray(requests)) {
    throw new AppError('invalid', "The body of a batch is an object with an array 'requests'.", {
      target: 'requests',
      check: 'batch.form',
    })
  }
  if (requests.length > mostItems) {
    throw new AppError('invalid', `A batch holds at most ${mostItems} requests; this one has ${requests.length}.`, {
      target: 'requests',
      check: 'batch.size',
    })
  }
  const reading: ItemReading = {
    faults: new Faults('badRequest', noteIgnored),
    ids: new Map(),
    groups: new Map(),
    strict,
  }
  passOver(batch, batchMembers, reading.faults)
  const items = requests.map((entry, at) => readItem(entry, at, reading))
  reading.faults.throwIfAny()
  return items
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
const base64Form = /^[A-Za-z0-9+/_-]*={0,2}$/

/** kiota sends the bytes of a body as base64, .NET sometimes does; undefined where the text is not that. */
function fromBase64(text: string): string | undefined {
  if (!base64Form.test(text)) return undefined
  try {
    const decoded = utf8.decode(Buffer.from(text, 'base64'))
    return isJsonText(decoded) ? decoded : undefined
  } catch {
    return undefined
  }
}

function fault(message: string): AppError {
  return new AppError('invalid', message, { target: 'body', check: 'batch.body' })
}

/** The bytes an item stands for. Throws `invalid` for text that is neither JSON nor base64 of JSON. */
export function bodyOf({ body, headers }: BatchItem): Uint8Array | undefined {
  if (body === undefined || body === '') return undefined
  if (typeof body !== 'string') {
    try {
      return Buffer.from(JSON.stringify(body))
    } catch (cause) {
      // Deeper than the stack is.
      if (cause instanceof RangeError) throw fault('The body is nested too deeply.')
      throw cause
    }
  }
  if (headers['content-type']?.toLowerCase().startsWith('text/') === true) return Buffer.from(body)
  const text = fromBase64(body) ?? (isJsonText(body) ? body : undefined)
  if (text === undefined) throw fault("A 'body' that is text must be JSON, or base64 of JSON.")
  return Buffer.from(text)
}
