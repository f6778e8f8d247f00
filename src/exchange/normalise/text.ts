/**
 * Texts of a file as the store keeps them, and the repairs that a caller may ask for by `--fix`: exchange.md §2.4. The rules
 * are the store's own (term-store.md §4.1, §4.2); here they have a code for each way in which a text does not fit.
 */
import {
  forbiddenInKeys,
  forbiddenInNames,
  hasControl,
  maxDescription,
  maxName,
  maxPropertyValue,
  normalised,
} from '#workloads/term-store/rules/labels/text.ts'
import type { FaultCode } from '../faults.ts'

/** Texts in one list of a plan, such as the synonyms of a term in one language. */
export const mostTexts = 1000

export const fixWords = ['chars', 'long', 'levels', 'clashes', 'labels'] as const
export type FixWord = (typeof fixWords)[number]
/** `quotes`: the format writes `"` in names, so that its other form in the store is no repair. */
export type Fixes = ReadonlySet<FixWord | 'quotes'>

/** Told of what does not fit (`refused`), and of what was repaired or is worth a note. */
export type Tell = (code: FaultCode, text: string) => void

const fullWidth: Readonly<Record<string, string>> = { ';': '；', '"': '＂', '<': '＜', '>': '＞', '|': '｜', '\t': ' ' }
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it is for
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: in names, line ends and tabs are white space
const controlsOfNames = /[\u0000-\u0008\u000e-\u001f\u007f]/g
const joined = /^(?:\p{M}|\u200d|\ufe0f)/u
const lowSurrogate = /^[\udc00-\udfff]/

/** The text in quotes, so short that a message stays readable. */
export function quoted(text: string): string {
  return `"${text.length > 60 ? `${text.slice(0, 59)}…` : text}"`
}

/** Cut so that it has `most` UTF-16 units with `…` at its end, not within a pair of surrogates or a combining sequence. */
export function cut(text: string, most: number): string {
  let end = most - 1
  while (end > 0 && (lowSurrogate.test(text.charAt(end)) || joined.test(text.slice(end, end + 2)))) end -= 1
  return `${text.slice(0, end)}…`
}

/** The characters of a name that are not allowed, each once. */
function oddSigns(text: string): string {
  return [...new Set([...text].filter((sign) => forbiddenInNames.test(sign)))]
    .map((sign) => (sign === '\t' ? 'tab' : sign))
    .join(' ')
}

function repaired(text: string): string {
  return text.replace(controlsOfNames, '').replace(/[;"<>|\t]/g, (sign) => fullWidth[sign] ?? sign)
}

/** A name or label as the store keeps it; undefined: it is refused, or blank (`empty-label`, which is told). */
export function nameFor(given: string, fixes: Fixes, tell: Tell): string | undefined {
  let text = given.trim()
  if (text === '') {
    tell('empty-label', 'The name is empty.')
    return undefined
  }
  const isOdd = forbiddenInNames.test(text)
  if (isOdd || hasControl(text)) {
    if (!fixes.has('chars')) {
      if (isOdd)
        tell(
          'char',
          `${quoted(text)} has a character that is not allowed (${oddSigns(text)}). --fix chars writes ${quoted(normalised(repaired(text)))}.`,
        )
      else tell('control', `${quoted(text)} has a control character. --fix chars removes it.`)
      return undefined
    }
    const isUsual = fixes.has('quotes') && !hasControl(text) && !/[;<>|\t]/.test(text)
    text = repaired(text)
    if (!isUsual) tell('repaired', `The name ${quoted(given.trim())} is written ${quoted(normalised(text))}.`)
  }
  const name = normalised(text)
  if (name === '') {
    tell('empty-label', 'The name is empty.')
    return undefined
  }
  if (name.length <= maxName) return name
  if (!fixes.has('long')) {
    tell(
      'long-name',
      `${quoted(name)} has ${name.length} characters; a name has at most ${maxName}. --fix long cuts it.`,
    )
    return undefined
  }
  tell('truncated', `A name was cut to ${maxName} characters: ${name}`)
  return cut(name, maxName)
}

function shortened(
  text: string,
  most: number,
  code: 'long-text' | 'long-value',
  fixes: Fixes,
  tell: Tell,
): string | undefined {
  if (text.length <= most) return text
  if (!fixes.has('long')) {
    tell(
      code,
      `${quoted(text)} has ${text.length} characters; ${code === 'long-text' ? 'a description' : 'a value'} has at most ${most}. --fix long cuts it.`,
    )
    return undefined
  }
  tell('truncated', `Cut to ${most} characters: ${text}`)
  return cut(text, most)
}

/** Undefined: it is refused. */
export function descriptionFor(given: string, fixes: Fixes, tell: Tell): string | undefined {
  let text = given
  if (text.includes('\t') || text.search(controls) >= 0) {
    if (!fixes.has('chars')) {
      if (text.includes('\t')) tell('tab', `The description ${quoted(text)} has a tab. --fix chars makes it a blank.`)
      else tell('control', `The description ${quoted(text)} has a control character. --fix chars removes it.`)
      return undefined
    }
    text = text.replaceAll('\t', ' ').replace(controls, '')
    tell('repaired', `Tabs of the description ${quoted(given)} are blanks now, and its control characters are gone.`)
  }
  return shortened(text, maxDescription, 'long-text', fixes, tell)
}

/** Undefined: it is refused. */
export function valueFor(given: string, fixes: Fixes, tell: Tell): string | undefined {
  return shortened(given, maxPropertyValue, 'long-value', fixes, tell)
}

/** Undefined: it is refused. Keys are never repaired: they are names that programs look for. */
export function keyFor(given: string, tell: Tell): string | undefined {
  if (given.trim() === '') tell('empty-label', 'The key of a property is empty.')
  else if (forbiddenInKeys.test(given) || hasControl(given))
    tell('char', `The key ${quoted(given)} has a character that is not allowed: ; " < > | & and tab.`)
  else if (given.length > maxName) tell('long-name', `The key ${quoted(given)} has more than ${maxName} characters.`)
  else return given
  return undefined
}
