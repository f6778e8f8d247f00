/**
 * Takes out of texts what differs from one run to the next, so that a recording without a change gives the same file, and
 * what nobody should keep: ids that the server made are counted, tokens, entity tags and page tokens have placeholders.
 */
import { wellKnown } from '#app/seed/seed-data.ts'
import { parseRelationId, relationId } from '#workloads/term-store/rules/relations/relation-id.ts'

/** The address that recordings show. */
export const recordedHost = 'localhost:4365'

/** Ids made by the server are of version 7; those of the seed and of Microsoft are not. */
export const mintedForm = /\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi

const instantForm = /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)?/g

export const countedId = (number: number): string => `01000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`

export interface Canonical {
  text(given: string): string
  /** The first text for each placeholder. */
  readonly found: ReadonlyMap<string, string>
}

/** `port`: where the client sends to. `since`: instants from then until now are those of the machine's clock. */
export const canonicalOf = ({ port, since }: { readonly port: number; readonly since: number }): Canonical => {
  const names = new Map<string, string>()
  const found = new Map<string, string>()
  const counts = new Map<string, number>()
  const next = (kind: string): number => {
    const number = (counts.get(kind) ?? 0) + 1
    counts.set(kind, number)
    return number
  }
  const placeholder = (kind: string, value: string): string => {
    const known = names.get(`${kind} ${value}`) ?? `{${kind}-${next(kind)}}`
    names.set(`${kind} ${value}`, known)
    if (!found.has(known)) found.set(known, value)
    return known
  }
  const id = (minted: string): string => {
    const key = minted.toLowerCase()
    const known = names.get(key) ?? countedId(next('id'))
    names.set(key, known)
    return known
  }
  const ids = (text: string) => text.replace(mintedForm, id)
  const relation = (whole: string, mark: string, coded: string): string => {
    const parts = parseRelationId(`r!${coded}`)
    if (parts === undefined) return whole
    const { setId, fromTermId, toTermId } = parts
    const counted = relationId(ids(setId), fromTermId === null ? null : ids(fromTermId), ids(toTermId))
    return `r${mark}${counted.slice(2)}`
  }
  /** Rows of the seed are as old as the server, and end whole days later; those of witnesses are of whole seconds. */
  const instant = (whole: string): string => {
    const at = Date.parse(`${whole.replace(' ', 'T').replace(/(?:Z|\+00:00)?$/, '')}Z`)
    const age = whole.includes('.') ? (at - (since - 60_000)) % 86_400_000 : at - (since - 60_000)
    return age >= 0 && age <= Date.now() - since + 7_200_000 ? '{instant}' : whole
  }
  return {
    found,
    text: (given) =>
      ids(
        given
          .replaceAll(new RegExp(`localhost(:|%3A)${port}\\b`, 'gi'), (_, colon) => recordedHost.replace(':', colon))
          .replaceAll(wellKnown.secret, '{secret}')
          .replaceAll(/("(?:client-request-id|request-id|trace_id|correlation_id)":\s*")[^"]+/g, '$1{request-id}')
          .replaceAll(/((?:Trace|Correlation) ID: )[0-9a-f-]{36}/g, '$1{request-id}')
          .replaceAll(/(client-request-id=)[0-9a-f-]{36}/gi, `$1${countedId(0)}`)
          .replaceAll(/(x-client-(?:os|cpu)=)[^&"]+/gi, '$1any')
          .replaceAll(
            /(client_assertion=)([^&]+)/g,
            (_, name, value) => name + placeholder('assertion', decodeURIComponent(value)),
          )
          .replaceAll(/\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g, (value) => placeholder('token', value))
          .replaceAll(
            /("refresh_token":\s*"|\brefresh_token=)([^"&]+)/g,
            (_, name, value) => name + placeholder('refresh-token', decodeURIComponent(value)),
          )
          .replaceAll(/("(?:expires_on|not_before)":\s*"?)\d+/g, '$1{number}')
          .replaceAll(/((?:\$|%24)skiptoken=)([^&"\s]+)/gi, (_, name, value) => name + placeholder('page', value))
          .replaceAll(/\bJy[IJ][\w+/-]{10,}={0,2}/g, (value) => placeholder('etag', value))
          .replaceAll(/\br(!|%21)([\w-]{64})/g, relation)
          .replaceAll(instantForm, instant),
      ),
  }
}
