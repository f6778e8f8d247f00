/** Whether what somebody asks to be told of is the name of an event (events.md §1.1), and what to say where it is not. */
import { nearName } from '#base/text/near-name.ts'
import { shortText } from '#base/text/short-text.ts'
import { starPattern } from '#base/text/star-pattern.ts'

const list = 'GET /webhooks/v1/registration/events lists the names.'

/** In English; undefined: it is one of `names`. */
export function nameFault(value: unknown, names: readonly string[]): string | undefined {
  if (typeof value !== 'string') return `Something in the list is not the name of an event. ${list}`
  if (names.includes(value)) return undefined
  // Types of CloudEvents always begin with it, names do not.
  const other = value.startsWith('relata.') ? value.slice('relata.'.length) : `relata.${value}`
  const near = names.includes(other) ? other : nearName(value, names)
  return near === undefined
    ? `'${shortText(value)}' is not the name of an event. ${list}`
    : `'${shortText(value)}' is not the name of an event; '${near}' is.`
}

/** The same where `*` stands for any text: some name has to match. */
export function patternFault(value: unknown, names: readonly string[]): string | undefined {
  if (typeof value !== 'string' || !value.includes('*')) return nameFault(value, names)
  return names.some(starPattern(value)) ? undefined : `No name of an event matches '${shortText(value)}'. ${list}`
}
