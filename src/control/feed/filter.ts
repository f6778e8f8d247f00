/** Which events a reader of the feed wants, from the query of its request (events.md §5). */
import { AppError } from '#base/errors.ts'
import { shortText } from '#base/text/short-text.ts'
import { starPattern } from '#base/text/star-pattern.ts'
import { instantIn } from '#edm/types.ts'
import { type Places, placesIn } from './place.ts'

/** What rights, watching and `relata.hello` distinguish. */
export const areas = ['gdap', 'taxonomy', 'directory'] as const
export type Area = (typeof areas)[number]

export function areaOf(eventName: string): Area {
  const [, area] = /^relata\.(taxonomy|directory)\./.exec(eventName) ?? []
  return area === undefined ? 'gdap' : (area as Area)
}

export interface Told {
  readonly eventName: string
  readonly subjectId: string
  /** Below the host, with its leading slash. */
  readonly resourcePath: string
  readonly customerId: string | null
}

export interface FeedFilter {
  /** Id or domain; undefined: all that the caller may see. */
  readonly tenant: string | undefined
  readonly customer: string | undefined
  readonly from: { readonly places: Places } | { readonly instant: string } | undefined
  /** The stream ends after so many events. */
  readonly limit: number | undefined
  wantsName(eventName: string): boolean
  wants(event: Told, customerId: string | undefined): boolean
}

const known: ReadonlySet<string> = new Set(['tenant', 'event', 'customer', 'subject', 'since', 'limit'])

function fromIn(since: string | null, lastEventId: string | undefined): FeedFilter['from'] {
  if (lastEventId !== undefined && lastEventId.trim() !== '') return { places: placesIn(lastEventId, 'Last-Event-ID') }
  if (since === null) return undefined
  const instant = instantIn(since)
  return instant === undefined ? { places: placesIn(since, 'since') } : { instant }
}

function limitIn(text: string | null): number | undefined {
  if (text === null) return undefined
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw new AppError('invalid', "'limit' is a whole number from 1 to 9999999.", { target: 'limit' })
}

/** Throws `invalid`. */
export function filterIn(query: string, lastEventId: string | undefined): FeedFilter {
  const given = new URLSearchParams(query)
  for (const name of given.keys())
    if (!known.has(name))
      throw new AppError('invalid', `'${shortText(name)}' is not known here. There are ${[...known].join(', ')}.`, {
        target: name,
      })
  const one = (name: string): string | undefined => given.get(name)?.trim() || undefined
  const patterns = given.getAll('event').map((text) => starPattern(text.trim()))
  const subject = one('subject')?.toLowerCase().replace(/^\//, '')
  const wantsName = (name: string): boolean => patterns.length === 0 || patterns.some((matches) => matches(name))
  return {
    tenant: one('tenant'),
    customer: one('customer'),
    from: fromIn(given.get('since'), lastEventId),
    limit: limitIn(given.get('limit')),
    wantsName,
    wants: (event, customerId) =>
      wantsName(event.eventName) &&
      (customerId === undefined || event.customerId === customerId) &&
      (subject === undefined ||
        event.subjectId === subject ||
        event.resourcePath.slice(1).toLowerCase() === subject ||
        event.resourcePath.toLowerCase().endsWith(`/${subject}`)),
  }
}
