/**
 * What the client can read: Accept (RFC 9110 §12.5.1, OData JSON 4.01 §3) and OData's own version headers. Refused only
 * where nothing that is asked for can be served (protocol.md §1.3); parameters OData knows must have values it knows.
 */
import { AppError } from '#base/errors.ts'

type Headers = Readonly<Record<string, string | undefined>>

/** One range of the header; names and the type in lower case, values too. */
export interface MediaRange {
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  readonly quality: number
}

const piece = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g
const rangeForm = /^[!#$%&'*+.^_`|~\w-]+\/[!#$%&'*+.^_`|~\w-]+$/

function rangeOf(text: string): MediaRange | undefined {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim().toLowerCase())
  if (!rangeForm.test(type)) return undefined
  const parameters = new Map<string, string>()
  for (const part of rest) {
    const border = part.indexOf('=')
    if (border < 1) continue
    const value = part.slice(border + 1).trim()
    parameters.set(part.slice(0, border).trim(), value.replace(/^"(.*)"$/, '$1'))
  }
  const quality = Number(parameters.get('q') ?? '1')
  parameters.delete('q')
  return { type, parameters, quality: Number.isNaN(quality) ? 1 : quality }
}

/** In the order written; what has no form of a media range is left out. Never throws. */
export function readAccept(header: string): readonly MediaRange[] {
  return (header.match(piece) ?? []).flatMap((text) => rangeOf(text.trim()) ?? [])
}

const flags: ReadonlySet<string> = new Set(['true', 'false'])
export const levels: ReadonlySet<string> = new Set(['none', 'minimal', 'full'])
/** Parameters of JSON → what they may be. With OData 4.0 they go by the longer name (OData JSON 4.01 §3.1). */
export const jsonParameters: Readonly<Record<string, ReadonlySet<string>>> = {
  'odata.metadata': levels,
  metadata: levels,
  'odata.streaming': flags,
  streaming: flags,
  ieee754compatible: flags,
  exponentialdecimals: flags,
  charset: new Set(['utf-8', 'utf8']),
}

/** SharePoint's clients send `odata=verbose`, which says nothing here. */
function isKnown(name: string, value: string): boolean {
  return name === 'odata' || (Object.hasOwn(jsonParameters, name) && jsonParameters[name]?.has(value) === true)
}

function isServable({ type, parameters, quality }: MediaRange, offered: readonly string[]): boolean {
  if (quality <= 0) return false
  if (type === '*/*') return true
  const [main = ''] = type.split('/', 1)
  if (!offered.some((own) => own === type || (type === `${main}/*` && own.startsWith(`${main}/`)))) return false
  if (type !== 'application/json') return true
  return [...parameters].every(([name, value]) => isKnown(name, value))
}

/** Throws `notAcceptable` where none of the offered media types will do. A header that names none says nothing. */
export function checkAccept(header: string | undefined, offered: readonly string[]): void {
  if (header === undefined || header === '*/*' || header === offered[0]) return
  const ranges = readAccept(header)
  if (ranges.length === 0 || ranges.some((range) => isServable(range, offered))) return
  throw new AppError('notAcceptable', `Nothing of Accept can be served here; there is ${offered.join(' and ')}.`, {
    target: 'Accept',
  })
}

const changes: ReadonlySet<string> = new Set(['odata.metadata', 'metadata', 'ieee754compatible', 'exponentialdecimals'])

const decided = new Map<string, boolean>()

/** Whether the plain JSON answer is what is asked for, and nothing has to be refused or written otherwise. */
export function isUsualAccept(header: string | undefined): boolean {
  if (header === undefined || header === '*/*' || header === 'application/json') return true
  const before = decided.get(header)
  if (before !== undefined) return before
  const ranges = readAccept(header)
  const usual =
    ranges.some((range) => isServable(range, ['application/json'])) &&
    !ranges.some(({ parameters }) => [...parameters.keys()].some((name) => changes.has(name)))
  if (decided.size >= 200) decided.clear()
  if (header.length <= 400) decided.set(header, usual)
  return usual
}

export function isUsualVersion(version: string | undefined): boolean {
  return version === undefined || version === '4.0' || version === '4.01'
}

/** Our answers are of OData 4.0. Throws `invalid` for what is no version of ours, `notAcceptable` for an older limit. */
export function checkVersions(headers: Headers): void {
  const given = headers['odata-version']
  if (!isUsualVersion(given)) {
    throw new AppError('invalid', `The OData-Version '${given?.slice(0, 20)}' is not known; it is 4.0 or 4.01.`, {
      target: 'OData-Version',
    })
  }
  const most = headers['odata-maxversion']
  if (isUsualVersion(most)) return
  if (most === undefined || !/^\d{1,3}\.\d{1,3}$/.test(most)) {
    throw new AppError('invalid', `'${most?.slice(0, 20)}' in OData-MaxVersion is no version.`, {
      target: 'OData-MaxVersion',
    })
  }
  if (Number.parseInt(most, 10) < 4) {
    throw new AppError('notAcceptable', `Answers are of OData 4.0; OData-MaxVersion asks for ${most} at most.`, {
      target: 'OData-MaxVersion',
    })
  }
}
