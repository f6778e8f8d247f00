/**
 * `/_relata/term-store/plan`, `apply`, `jobs/{id}`, `export` and `validate`: taxonomies as files (exchange.md §2.9). In a
 * registry, and wherever a token comes along, its permissions and the roles of the taxonomy count.
 */
import type { Json } from '#base/json.ts'
import type { AddressHandler, OwnAnswer, OwnRequest } from '#base/own-address.ts'
import type { Actor } from '#edm/ports.ts'
import { jobAnswer, needBody, planIn } from '../plan-request.ts'
import { byMethod } from '../request.ts'
import { callerIn, type TenantCaller } from './caller.ts'
import {
  type ExportWish,
  exportWishIn,
  type PlanWish,
  planWishIn,
  type ValidateWish,
  validateWishIn,
} from './wishes.ts'

export type TermsCaller = TenantCaller

export interface ExportedFile {
  readonly bytes: Buffer
  readonly type: string
  readonly fileName: string
  /** How much the format leaves out. */
  readonly losses: number
}

/** All throw `AppError`. */
export interface TermsControl {
  /** The tenant of that id or domain; without one, the one that is meant. */
  tenantId(wanted: string | undefined): Promise<string>
  /** The lines of the plan. */
  plan(caller: TermsCaller, file: Uint8Array, wish: PlanWish): Promise<Buffer>
  /** A job, as docs/taxonomy-files.md describes it. `plan`: its text in UTF-8, or its digest alone. */
  apply(
    caller: TermsCaller,
    plan: Uint8Array | { readonly digest: string },
    wish: { allowRefused: boolean },
  ): Promise<Json>
  job(caller: TermsCaller, id: string): Promise<Json>
  stop(caller: TermsCaller, id: string): Promise<Json>
  export(caller: TermsCaller, wish: ExportWish): Promise<ExportedFile>
  /** The list of what the format leaves out, by lines. */
  losses(caller: TermsCaller, wish: ExportWish): Promise<string>
  /** Findings by lines. */
  validate(caller: TermsCaller, wish: ValidateWish): Promise<Buffer>
}

export interface TermsParts {
  readonly terms: TermsControl
  readonly registry: boolean
  /** Throws `unauthenticated` without a valid token. */
  readonly needActor: (request: OwnRequest) => Promise<Actor>
}

const lines = { 'Content-Type': 'application/x-ndjson; charset=utf-8' } as const
const root = '/_relata/term-store'
const form = /^\/_relata\/term-store\/(plan|apply|export|validate|jobs\/([^/]+))\/?$/i

function callerOf(parts: TermsParts, request: OwnRequest): Promise<TermsCaller> {
  return callerIn(parts.terms, parts, request)
}

function linesAnswer(given: string | Buffer): OwnAnswer {
  const answer = { status: 200, headers: lines }
  return typeof given === 'string' ? { ...answer, body: given } : { ...answer, body: '', bytes: given }
}

function applyHandler(parts: TermsParts): AddressHandler {
  return async (request) => {
    const caller = await callerOf(parts, request)
    const allowRefused = new URLSearchParams(request.query).get('allowRefused') === 'true'
    const job = await parts.terms.apply(caller, planIn(request), { allowRefused })
    const id = String(job['id'])
    request.noted?.({ job: id })
    return jobAnswer(job, 202, { Location: `${request.origin}${root}/jobs/${id}` })
  }
}

function exportHandler(parts: TermsParts): AddressHandler {
  return async (request) => {
    const wish = exportWishIn(request.query)
    const caller = await callerOf(parts, request)
    if (wish.reportOnly) return linesAnswer(await parts.terms.losses(caller, wish))
    const { bytes, type, fileName, losses } = await parts.terms.export(caller, wish)
    const headers = {
      'Content-Type': type,
      'Content-Disposition': `attachment; filename="${fileName}"`,
      'relata-losses': String(losses),
    }
    return { status: 200, headers, body: '', bytes }
  }
}

function handlerFor(parts: TermsParts, what: string, id: string | undefined): AddressHandler {
  const { terms, registry, needActor } = parts
  const asks = registry ? needActor : undefined
  if (id !== undefined)
    return byMethod(
      {
        GET: async (request) => jobAnswer(await terms.job(await callerOf(parts, request), id), 200),
        DELETE: async (request) => jobAnswer(await terms.stop(await callerOf(parts, request), id), 200),
      },
      asks,
    )
  if (what === 'apply') return byMethod({ POST: applyHandler(parts) }, asks)
  if (what === 'export') return byMethod({ GET: exportHandler(parts) }, asks)
  if (what === 'validate')
    return byMethod(
      {
        GET: async (request) => {
          const wish = validateWishIn(request.query)
          return linesAnswer(await terms.validate(await callerOf(parts, request), wish))
        },
      },
      asks,
    )
  const post: AddressHandler = async (request) => {
    const wish = planWishIn(request.query)
    const caller = await callerOf(parts, request)
    const file = needBody(request, 'The body is the file that the plan is for.')
    return linesAnswer(await terms.plan(caller, file, wish))
  }
  return byMethod({ POST: post }, asks)
}

/** Undefined: the path is not one of these. */
export function findTerms(parts: TermsParts, path: string): AddressHandler | undefined {
  const found = form.exec(path)
  return found === null ? undefined : handlerFor(parts, (found[1] as string).toLowerCase(), found[2]?.toLowerCase())
}
