/** Which requests are wanted: the query of `/_relata/requests`. Conditions are combined by `and`. */
import { instantIn } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import { shortText } from '#base/text/short-text.ts'
import { parametersIn } from '../request.ts'
import type { Entry } from './logged.ts'
import { pathPattern, wildcardsIn } from './path-pattern.ts'
import type { RequestLog } from './request-log.ts'

export type Form = 'json' | 'curl' | 'vitest' | 'pytest'

export interface Wish {
  readonly wants: (entry: Entry) => boolean
  readonly top: number
  readonly as: Form
  /** The query without the place where the page begins, for the address of the next page. */
  readonly steady: URLSearchParams
}

const usualTop = 100
const mostTop = 1_000
const forms: readonly Form[] = ['json', 'curl', 'vitest', 'pytest']

type Condition = (entry: Entry) => boolean

function refusal(target: string, text: string): AppError {
  return new AppError('invalid', `'${shortText(target)}' ${text}`, { target })
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

/** Each costs a pass over the path of each request. */
const mostWildcards = 32

function pathCondition(text: string): Condition {
  const known = text.toLowerCase()
  if (!text.startsWith('/') && !text.startsWith('*')) return ({ path }) => path.toLowerCase().includes(known)
  if (wildcardsIn(text) > mostWildcards) throw refusal('path', `has more than ${mostWildcards} wildcards.`)
  const matches = pathPattern(text)
  return ({ path }) => matches(path)
}

function statusCondition(text: string): Condition {
  const wanted = wordsOf(text)
  const wrong = wanted.find((word) => !/^(?:[1-5](?:xx|\d\d)|0)$/.test(word))
  if (wrong !== undefined || wanted.length === 0)
    throw refusal('status', 'is a list of statuses and classes of statuses, such as 403,5xx; 0 has no answer.')
  return ({ status }) => wanted.some((word) => word === `${status}` || word === `${`${status}`[0]}xx`)
}

function sameAs(text: string, ...values: readonly (string | undefined)[]): boolean {
  return values.some((value) => value?.toLowerCase() === text)
}

export function headerOf(headers: Entry['headers'], name: string): string | undefined {
  return headers.findLast(([one]) => one.toLowerCase() === name)?.[1]
}

/** The ids of the rules that were applied to the answer, with commas between them. */
export function faultOf({ answerHeaders }: Entry): string | undefined {
  return headerOf(answerHeaders, 'relata-fault')
}

function faultCondition(text: string): Condition {
  const wanted = wordsOf(text)
  return (entry) => {
    const names = wordsOf(faultOf(entry) ?? '')
    return names.length > 0 && (wanted.includes('*') || names.some((name) => wanted.includes(name)))
  }
}

function tenantCondition(text: string): Condition {
  const known = text.toLowerCase()
  return ({ actor }) => sameAs(known, actor?.tenantId, actor?.homeTenantId)
}

function clientCondition(text: string): Condition {
  const known = text.toLowerCase()
  return ({ actor }) => sameAs(known, actor?.appId, actor?.userId, actor?.name)
}

function sequenceIn(target: string, text: string): number {
  const value = Number(text)
  if (!/^\d{1,15}$/.test(text)) throw refusal(target, 'is the sequence of a request, a whole number.')
  return value
}

/** After a request of this log, by its sequence or by the id of its live event, or after an instant. */
function sinceCondition(text: string, epoch: string): Condition {
  const [, of, place] = /^([\da-f]{8})-(\d{1,15})$/i.exec(text) ?? []
  // What another log has told is not in this one: all of this one came later.
  if (place !== undefined) return of === epoch ? ({ sequence }) => sequence > Number(place) : () => true
  if (/^\d{4}-\d\d-\d\dT/i.test(text)) {
    const at = instantIn(text)?.getTime()
    if (at === undefined) throw refusal('since', 'is no instant, such as 2026-05-01T00:00:00Z.')
    return (entry) => entry.at.getTime() >= at
  }
  if (!/^\d{1,15}$/.test(text))
    throw refusal('since', 'is neither an instant, such as 2026-05-01T00:00:00Z, nor the sequence of a request.')
  const after = Number(text)
  return ({ sequence }) => sequence > after
}

const conditions: Readonly<Record<string, (text: string, log: RequestLog) => Condition>> = {
  method: (text) => {
    const wanted = wordsOf(text)
    return (entry) => wanted.includes(entry.method.toLowerCase())
  },
  path: pathCondition,
  status: statusCondition,
  tenant: tenantCondition,
  client: clientCondition,
  fault: faultCondition,
  id: (text) => {
    const wanted = wordsOf(text)
    return ({ requestId, clientRequestId }) => wanted.some((one) => sameAs(one, requestId, clientRequestId))
  },
  since: (text, { epoch }) => sinceCondition(text, epoch),
  before: (text) => {
    const end = sequenceIn('before', text)
    return ({ sequence }) => sequence < end
  },
}

export const known: readonly string[] = [...Object.keys(conditions), 'top', 'as']

function topIn(text: string | null): number {
  if (text === null) return usualTop
  const top = Number(text)
  if (/^\d{1,6}$/.test(text) && top >= 1 && top <= mostTop) return top
  throw refusal('top', `is not a whole number from 1 to ${mostTop}.`)
}

export function formIn(parameters: URLSearchParams): Form {
  const text = parameters.get('as') ?? 'json'
  const form = forms.find((one) => one === text.toLowerCase())
  if (form === undefined) throw refusal('as', `is not one of ${forms.join(', ')}.`)
  return form
}

/** Throws `invalid`. */
export function wishIn(query: string, log: RequestLog, allowed = known): Wish {
  const parameters = parametersIn(query, allowed)
  const all = Object.entries(conditions).flatMap(([name, conditionOf]) => {
    const text = parameters.get(name)
    return text === null || text === '' ? [] : [conditionOf(text, log)]
  })
  const steady = new URLSearchParams(parameters)
  steady.delete('before')
  return {
    wants: (entry) => all.every((condition) => condition(entry)),
    top: topIn(parameters.get('top')),
    as: formIn(parameters),
    steady,
  }
}
