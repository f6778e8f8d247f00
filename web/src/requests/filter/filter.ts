/** What of the log is shown: words as they are typed, such as `status:4xx -path:$metadata client:tests basil`. Pure. */
import { addressOf, isFailed, isOwn, type LoggedRequest } from '../entry.ts'

export interface Condition {
  /** Absent: a text that may stand anywhere. */
  readonly name?: string
  readonly value: string
  readonly isNot: boolean
  /** As it was typed. */
  readonly text: string
}

export interface Filter {
  readonly text: string
  readonly show: 'all' | 'failed' | 'faults'
  /** Also what these pages ask for. */
  readonly own: boolean
}

type Test = (entry: LoggedRequest, value: string) => boolean

function words(value: string): string[] {
  return value.split(',').filter((word) => word !== '')
}

function has(text: string | undefined, value: string): boolean {
  return text?.toLowerCase().includes(value) === true
}

/** `*` is a part of a segment, a segment `**` any number of them, as the server reads it. */
export function globPattern(glob: string): RegExp {
  const source = glob
    .split('/')
    .map((segment) =>
      segment === '**' ? '.*' : segment.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*'),
    )
    .join('/')
    .replaceAll('/.*', '(?:/.*)?')
  return new RegExp(`^${source}$`, 'i')
}

const globs = new Map<string, RegExp>()

function matchesPath({ path = '' }: LoggedRequest, value: string): boolean {
  if (!value.startsWith('/') && !value.startsWith('*')) return has(path, value)
  const known = globs.get(value) ?? globPattern(value)
  globs.set(value, known)
  return known.test(path)
}

const tests: Readonly<Record<string, Test>> = {
  status: ({ status = 0 }, value) =>
    words(value).some((word) => word === `${status}` || word === `${`${status}`[0]}xx`),
  method: ({ method = '' }, value) => words(value).includes(method.toLowerCase()),
  path: matchesPath,
  client: ({ caller }, value) =>
    caller !== undefined && [caller.name, caller.appId, caller.userId].some((one) => has(one, value)),
  tenant: ({ caller }, value) => [caller?.tenantId, caller?.homeTenantId].some((one) => has(one, value)),
  fault: ({ fault }, value) => fault !== undefined && (value === '*' || words(value).some((id) => has(fault, id))),
  id: ({ id, clientRequestId }, value) => [id, clientRequestId].some((one) => has(one, value)),
  check: ({ refusal }, value) => has(refusal?.check, value),
}

export const conditionNames = Object.keys(tests)

function matchesText(entry: LoggedRequest, value: string): boolean {
  const { id, clientRequestId, method, status, caller, refusal, fault } = entry
  return (
    [id, clientRequestId, addressOf(entry), method, `${status}`, caller?.name, fault].some((one) => has(one, value)) ||
    [refusal?.check, refusal?.code, refusal?.message].some((one) => has(one, value))
  )
}

const typed = /(-?)(?:(\w+):)?(?:"([^"]*)"|(\S+))/g

/** A name that is none stays a text, colon included. */
export function conditionsIn(text: string): readonly Condition[] {
  return [...text.matchAll(typed)].map(([whole, minus, name, quoted, plain]) => {
    const value = (quoted ?? plain ?? '').toLowerCase()
    const isKnown = name !== undefined && Object.hasOwn(tests, name.toLowerCase())
    return {
      text: whole,
      isNot: minus === '-',
      ...(isKnown ? { name: name.toLowerCase(), value } : { value: name === undefined ? value : `${name}:${value}` }),
    }
  })
}

export function without(text: string, { text: part }: Condition): string {
  return text.replace(part, '').replace(/\s+/g, ' ').trim()
}

/** Puts a condition in place of those of its name; an empty value takes it out. */
export function withCondition(text: string, name: string, value: string): string {
  const others = conditionsIn(text)
    .filter((one) => one.name !== name || one.isNot)
    .map((one) => one.text)
  const quoted = /\s/.test(value) ? `"${value}"` : value
  return [...others, ...(value === '' ? [] : [`${name}:${quoted}`])].join(' ')
}

export function conditionValue(text: string, name: string): string {
  return conditionsIn(text).find((one) => one.name === name && !one.isNot)?.value ?? ''
}

export function matcher({ text, show, own }: Filter): (entry: LoggedRequest) => boolean {
  const all = conditionsIn(text)
  return (entry) => {
    if (show === 'failed' && !isFailed(entry)) return false
    if (show === 'faults' && entry.fault === undefined) return false
    if (!own && isOwn(entry)) return false
    return all.every(({ name, value, isNot }) => {
      const test = name === undefined ? matchesText : tests[name]
      return (test?.(entry, value) ?? true) !== isNot
    })
  }
}
