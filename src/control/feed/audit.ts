/** `/_relata/audit` and `/_relata/audit/status`: the log of a tenant with its chain, line by line (events.md §9.5). */
import { instantIn, instantOf } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import { type AddressHandler, jsonAnswer, type LiveBody, type OwnRequest } from '#base/own-address.ts'
import { shortText } from '#base/text/short-text.ts'
import { byMethod, parametersIn } from '../request.ts'

export interface AuditRange {
  readonly from?: string | undefined
  readonly to?: string | undefined
}

export interface AuditParts {
  /** The tenant of that id or domain; without one, the one that is meant; undefined: there is no such tenant. */
  readonly findTenant: (wanted: string | undefined) => Promise<string | undefined>
  /** The tenant of who asks, if it may read its log; absent: everybody who reaches the address may read all. */
  readonly readerOf?: (request: OwnRequest) => Promise<string>
  readonly audit: {
    lines(tenantId: string, range: AuditRange): AsyncGenerator<string>
    status(tenantId: string): Promise<object>
  }
  readonly report: (error: unknown) => void
}

async function tenantIn({ findTenant, readerOf }: AuditParts, request: OwnRequest, wanted: string | undefined) {
  const own = await readerOf?.(request)
  const found = own === undefined || wanted !== undefined ? await findTenant(wanted) : own
  // Whoever has a token of one tenant does not learn which others there are.
  if (own !== undefined && found !== own)
    throw new AppError('forbidden', 'The token is of another tenant.', { target: 'tenant', check: 'access.tenant' })
  if (found !== undefined) return found
  throw new AppError(
    'invalid',
    wanted === undefined ? 'Name a tenant.' : `There is no tenant '${shortText(wanted)}'.`,
    {
      target: 'tenant',
    },
  )
}

function instant(given: URLSearchParams, name: 'from' | 'to'): string | undefined {
  const text = given.get(name)
  if (text === null) return undefined
  const found = instantIn(text.trim())
  if (found !== undefined) return instantOf(found)
  throw new AppError('invalid', `'${name}' is a date or an instant, such as 2026-01-06 or 2026-01-06T10:00:00Z.`, {
    target: name,
  })
}

/** Written together. */
const pieceChars = 65_536

/** Where it fails on the way, the last line is missing, by which readers know. */
function linesLive(first: string, rest: AsyncGenerator<string>, report: (error: unknown) => void): LiveBody {
  return (sink) => {
    let isOver = false
    const send = async (): Promise<void> => {
      let piece = `${first}\n`
      for await (const line of rest) {
        piece += `${line}\n`
        if (piece.length < pieceChars) continue
        if (isOver) return
        sink.write(piece)
        piece = ''
        await sink.taken()
      }
      sink.write(piece)
    }
    send()
      .catch(report)
      .finally(() => sink.end())
    return () => {
      isOver = true
    }
  }
}

function exportHandler(parts: AuditParts): AddressHandler {
  return byMethod({
    GET: async (request) => {
      const given = parametersIn(request.query, ['tenant', 'from', 'to'])
      const range = { from: instant(given, 'from'), to: instant(given, 'to') }
      const tenantId = await tenantIn(parts, request, given.get('tenant')?.trim() || undefined)
      const lines = parts.audit.lines(tenantId, range)
      // What cannot be read at all is an error and no file.
      const { value: first = '' } = await lines.next()
      return {
        status: 200,
        headers: {
          'Content-Type': 'application/x-ndjson; charset=utf-8',
          'Content-Disposition': 'attachment; filename="audit.jsonl"',
        },
        body: '',
        live: linesLive(first, lines, parts.report),
      }
    },
  })
}

function statusHandler(parts: AuditParts): AddressHandler {
  return byMethod({
    GET: async (request) => {
      const given = parametersIn(request.query, ['tenant'])
      const tenantId = await tenantIn(parts, request, given.get('tenant')?.trim() || undefined)
      return jsonAnswer(await parts.audit.status(tenantId))
    },
  })
}

export function auditAddresses(parts: AuditParts): Readonly<Record<string, AddressHandler>> {
  return { '/_relata/audit': exportHandler(parts), '/_relata/audit/status': statusHandler(parts) }
}

/** Public keys of this server, as a set of them (RFC 7517). */
export function keySetHandler(keys: () => Promise<readonly object[]>): AddressHandler {
  return byMethod({ GET: async () => jsonAnswer({ keys: await keys() }) })
}
