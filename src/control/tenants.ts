/**
 * `/_relata/tenants` and `/_relata/tenants/{id}`: the tenants of the server. In the stand-in whoever reaches the control
 * addresses may use them; in a registry an operator may.
 */
import { AppError } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import { printableJson } from '#base/json.ts'
import { type AddressHandler, jsonAnswer, jsonType, type OwnAnswer, type OwnRequest } from '#base/own-address.ts'
import { shortText } from '#base/text/short-text.ts'
import type { Actor } from '#edm/ports.ts'
import { byMethod, jsonIn } from './request.ts'

/** Answers are tenants as docs/tenants.md describes them. All throw `AppError`; `by` is who asks, for the log. */
export interface TenantControl {
  list(): Promise<readonly Json[]>
  show(id: string): Promise<Json>
  /** One tenant, or as many as a template makes. */
  add(body: unknown, by: string): Promise<Json | readonly Json[]>
  /** `actor`: whom the records of the tenant name. */
  update(id: string, body: unknown, by: string, actor: Actor | undefined): Promise<Json>
  remove(id: string, confirm: string, by: string): Promise<void>
}

export interface TenantsParts {
  readonly tenants: TenantControl
  /** Throws `unauthenticated` and `forbidden`; absent: nobody has to be an operator. */
  readonly needOperator?: (request: OwnRequest) => Promise<Actor>
}

const root = '/_relata/tenants'

/** As the log names who asks: an id first, since the name is whatever the token says. */
function shownOf({ name, userId, appId, tenantId }: Actor): string {
  const shown = name === undefined ? '' : ` (${printableJson(name)})`
  return `${userId ?? appId ?? 'an operator'}${shown} of ${tenantId}`
}

interface Asker {
  readonly by: string
  readonly actor: Actor | undefined
}

/** Who asks, for the log and for records. */
export async function askerOf(
  { needOperator }: Pick<TenantsParts, 'needOperator'>,
  request: OwnRequest,
): Promise<Asker> {
  const actor = await needOperator?.(request)
  return { actor, by: actor === undefined ? (request.remote ?? 'this machine') : shownOf(actor) }
}

function created(location: string, value: unknown): OwnAnswer {
  return { status: 201, headers: { ...jsonType, Location: location }, body: JSON.stringify(value) }
}

function listHandler(parts: TenantsParts): AddressHandler {
  const { tenants } = parts
  return byMethod(
    {
      GET: async (request) => {
        await askerOf(parts, request)
        return jsonAnswer({ value: await tenants.list() })
      },
      POST: async (request) => {
        const { by } = await askerOf(parts, request)
        const made = await tenants.add(jsonIn(request), by)
        const at = `${request.origin}${root}`
        if (Array.isArray(made)) return created(at, { value: made })
        return created(`${at}/${String((made as Json)['id'])}`, made)
      },
    },
    parts.needOperator,
  )
}

function confirmIn(body: unknown): string {
  const { confirm, ...others } = (typeof body === 'object' && body !== null ? body : {}) as Json
  const [stray] = Object.keys(others)
  if (stray !== undefined)
    throw new AppError('invalid', `'${shortText(stray)}' is not known here: the body is {"confirm": "<name>"}.`, {
      target: stray,
    })
  if (typeof confirm === 'string') return confirm
  throw new AppError('invalid', `The body is {"confirm": "<name>"}, with the name of the tenant.`, {
    target: 'confirm',
  })
}

function oneHandler(parts: TenantsParts, id: string): AddressHandler {
  const { tenants } = parts
  return byMethod(
    {
      GET: async (request) => {
        await askerOf(parts, request)
        return jsonAnswer(await tenants.show(id))
      },
      PATCH: async (request) => {
        const { by, actor } = await askerOf(parts, request)
        return jsonAnswer(await tenants.update(id, jsonIn(request), by, actor))
      },
      DELETE: async (request) => {
        const { by } = await askerOf(parts, request)
        await tenants.remove(id, confirmIn(jsonIn(request)), by)
        return { status: 204, headers: {}, body: '' }
      },
    },
    parts.needOperator,
  )
}

const form = /^\/_relata\/tenants(?:\/([^/]+))?\/?$/i

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Undefined: the path is not one of these. */
export function findTenants(parts: TenantsParts, path: string): AddressHandler | undefined {
  const found = form.exec(path)
  if (found === null) return undefined
  return found[1] === undefined ? listHandler(parts) : oneHandler(parts, decoded(found[1]))
}
