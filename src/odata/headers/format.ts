/**
 * Which form of an answer is asked for: `$format`, which goes before Accept (OData JSON 4.01 §3). Whether Accept can be
 * served at all is checked elsewhere (accept.ts).
 */
import { AppError } from '#base/errors.ts'
import type { Level } from '#edm/levels.ts'
import { splitQuery } from '../query/query-text.ts'
import { jsonParameters, levels, type MediaRange, readAccept } from './accept.ts'

/** The value of `$format` as written; throws as the reading of a query does. */
export function formatIn(query: string): string | undefined {
  return /format/i.test(query) ? splitQuery(query).options.find(({ name }) => name === 'format')?.value : undefined
}

function refused(value: string, expected: string): AppError {
  return new AppError('invalid', `Invalid value '${value.slice(0, 80)}' for '$format': expected ${expected}.`, {
    target: '$format',
    inner: 'invalidQueryOption',
  })
}

function checkParameter(format: string, name: string, value: string): void {
  const values = Object.hasOwn(jsonParameters, name) ? jsonParameters[name] : undefined
  if (values === undefined) throw refused(format, `parameters among ${Object.keys(jsonParameters).join(', ')}`)
  if (!values.has(value)) throw refused(format, `'${name}' to be one of ${[...values].join(', ')}`)
}

function levelIn({ parameters }: MediaRange): Level | undefined {
  return (parameters.get('odata.metadata') ?? parameters.get('metadata')) as Level | undefined
}

function mediaOf(format: string): MediaRange | undefined {
  const ranges = readAccept(format)
  return ranges.length === 1 ? ranges[0] : undefined
}

function levelOfFormat(format: string): Level {
  if (/^\s*json\s*$/i.test(format)) return 'minimal'
  const media = mediaOf(format)
  if (media?.type !== 'application/json') throw refused(format, "'json' or 'application/json' with its parameters")
  for (const [name, value] of media.parameters) checkParameter(format, name, value)
  return levelIn(media) ?? 'minimal'
}

function isLevel(level: Level | undefined): boolean {
  return level === undefined || levels.has(level)
}

/** Whether counts are to be strings, as other clients than ours cannot hold large numbers (OData JSON 4.01 §3.2). */
export function wantsSafeNumbers(accept: string | undefined, format: string | undefined): boolean {
  return /ieee754compatible\s*=\s*"?true/i.test(format ?? accept ?? '')
}

/** The level the most wanted range for JSON asks for. Throws `invalid` for a `$format` that is not served. */
export function levelOf(accept: string | undefined, format: string | undefined): Level {
  if (format !== undefined) return levelOfFormat(format)
  if (accept === undefined || !/metadata/i.test(accept)) return 'minimal'
  const ranges = readAccept(accept).filter(
    (range) =>
      /^(application\/json|application\/\*|\*\/\*)$/.test(range.type) && range.quality > 0 && isLevel(levelIn(range)),
  )
  const [first] = ranges.toSorted((one, other) => other.quality - one.quality)
  return (first && levelIn(first)) ?? 'minimal'
}

/** Whether `$metadata` is wanted as JSON; XML is what it is without a wish. */
export function wantsJson(accept: string | undefined, format: string | undefined): boolean {
  if (format !== undefined) {
    const type = mediaOf(format)?.type ?? format.trim().toLowerCase()
    if (type === 'json' || type === 'application/json') return levelOfFormat(format) !== undefined
    if (type === 'xml' || type === 'application/xml') return false
    throw refused(format, "'json', 'xml', 'application/json' or 'application/xml'")
  }
  const quality = (...types: readonly string[]): number =>
    Math.max(0, ...readAccept(accept ?? '').flatMap((range) => (types.includes(range.type) ? [range.quality] : [])))
  const xml = quality('application/xml', 'text/xml')
  return quality('application/json') > Math.max(xml, xml === 0 ? quality('*/*', 'application/*') - 0.0001 : 0)
}
