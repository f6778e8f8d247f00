/**
 * `/_relata/gdap/plan`, `apply`, `jobs/{id}` and `templates`: GDAP in bulk by a job on the server (events.md §7). In a registry,
 * and wherever a token comes along, the permissions of the token count, and the job works as its owner.
 */
import { AppError } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import { type AddressHandler, jsonAnswer, jsonType, type OwnRequest } from '#base/own-address.ts'
import type { Actor } from '#edm/ports.ts'
import { jobAnswer, planIn } from '../plan-request.ts'
import { byMethod, parametersIn, readMembers } from '../request.ts'
import { callerIn, type TenantCaller } from '../term-store/caller.ts'

/** All throw `AppError`. */
export interface BulkControl {
  /** The tenant of that id or domain; without one, the one that is meant. */
  tenantId(wanted: string | undefined): Promise<string>
  /** The text of the plan, and its digest, by which it can be applied. */
  plan(
    caller: TenantCaller,
    wanted: WantedBody,
    wish: { readonly asksAgain: boolean; readonly origin: string },
  ): Promise<{ readonly text: string; readonly digest: string }>
  /** A job, as docs/gdap-bulk.md describes it. `plan`: its text in UTF-8, or its digest alone. */
  apply(caller: TenantCaller, plan: Uint8Array | { readonly digest: string }): Promise<Json>
  job(caller: TenantCaller, id: string): Promise<Json>
  stop(caller: TenantCaller, id: string): Promise<Json>
  /** The packs. */
  templates(): Promise<Json>
}

/** The members of the body of a plan: what the files of a directory hold. */
export interface WantedBody {
  readonly settings?: unknown
  readonly templates?: unknown
  readonly groups?: unknown
  readonly customers?: unknown
}

export interface BulkParts {
  readonly bulk: BulkControl
  readonly registry: boolean
  /** Throws `unauthenticated` without a valid token. */
  readonly needActor: (request: OwnRequest) => Promise<Actor>
}

const root = '/_relata/gdap'
const form = /^\/_relata\/gdap\/(plan|apply|templates|jobs\/([^/]+))\/?$/i
const members = ['settings', 'templates', 'groups', 'customers']

function flagIn(request: OwnRequest, name: string, known: readonly string[]): boolean {
  const value = parametersIn(request.query, known).get(name)
  if (value === null || value === 'false') return false
  if (value === 'true' || value === '') return true
  throw new AppError('invalid', `'${value}' is neither true nor false.`, { target: name })
}

function planHandler(parts: BulkParts): AddressHandler {
  return async (request) => {
    const asksAgain = flagIn(request, 'askAgain', ['tenant', 'askAgain'])
    const caller = await callerIn(parts.bulk, parts, request)
    const wanted = readMembers(request, members)
    const { text, digest } = await parts.bulk.plan(caller, wanted, { asksAgain, origin: request.origin })
    return { status: 200, headers: { ...jsonType, 'relata-plan': digest }, body: text }
  }
}

function applyHandler(parts: BulkParts): AddressHandler {
  return async (request) => {
    parametersIn(request.query, ['tenant'])
    const caller = await callerIn(parts.bulk, parts, request)
    const job = await parts.bulk.apply(caller, planIn(request))
    const id = String(job['id'])
    request.noted?.({ job: id })
    return jobAnswer(job, 202, { Location: `${request.origin}${root}/jobs/${id}` })
  }
}

/** Undefined: the path is not one of these. */
export function findBulk(parts: BulkParts, path: string): AddressHandler | undefined {
  const found = form.exec(path)
  if (found === null) return undefined
  const { bulk, registry, needActor } = parts
  const asks = registry ? needActor : undefined
  const [, what = '', id] = found
  if (id !== undefined) {
    const known = id.toLowerCase()
    return byMethod(
      {
        GET: async (request) => jobAnswer(await bulk.job(await callerIn(bulk, parts, request), known), 200),
        DELETE: async (request) => jobAnswer(await bulk.stop(await callerIn(bulk, parts, request), known), 200),
      },
      asks,
    )
  }
  switch (what.toLowerCase()) {
    case 'plan':
      return byMethod({ POST: planHandler(parts) }, asks)
    case 'apply':
      return byMethod({ POST: applyHandler(parts) }, asks)
    default:
      return byMethod({ GET: async () => jsonAnswer(await bulk.templates()) })
  }
}
