/**
 * What is read from one PnP file: its faults, and the values of attributes, with tokens resolved before anything else
 * (exchange.md §5.2).
 */
import { guidIn, noGuid } from '#base/ids.ts'
import { lcids } from '#workloads/term-store/rules/languages/lcids.ts'
import { type At, type FaultCode, fault, fileLimits, type ImportFault, Unreadable } from '../faults.ts'
import type { XmlElement } from '../xml/scan.ts'

export interface PnpXmlOptions {
  readonly file: string
  /**
   * Language of names where the file gives none: the caller's, else the store's default. Without it such names are under
   * '', two default labels in that language are not noticed, and a lone label is not read as the default of its language.
   */
  readonly defaultLanguage?: string
  /** Id of the site whose group "the site's group" is. */
  readonly siteId?: string
  /** Values of `{parameter:NAME}`; case is ignored. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Values of the other tokens, by what stands in the braces: `sitecollectiontermgroupname`, `termsetid:Group:Set`. */
  readonly tokens?: Readonly<Record<string, string>>
  /** Children are in custom order as the file has them, where it numbers none. */
  readonly order?: 'file'
}

export interface PnpReading {
  readonly options: PnpXmlOptions
  readonly faults: ImportFault[]
  /** Id of a term → the element where it is at home. */
  readonly homes: Map<string, XmlElement>
  at(element: XmlElement, path: string): At
  /** `line`: where within the record it is, if not at its start. */
  fault(code: FaultCode, at: At, text: string, line?: number): void
  /** Whether a fault refuses the record at this very place. */
  isRefused(at: At): boolean
  /** Reports names of attributes and elements that the schema does not have here, each once. */
  knownOnly(element: XmlElement, attributes: readonly string[], children: readonly string[]): void
  countLabel(at: At): void
  /** Of places that the file does not write itself, but has repeated by `ReuseChildren`. */
  countRepeated(at: At, depth: number): void
}

/** A chain of reuses with children can double at each level. */
const mostRepeated = 100_000

export function reading(options: PnpXmlOptions): PnpReading {
  const faults: ImportFault[] = []
  const reported = new Set<string>()
  let labels = 0
  let repeated = 0
  const refused = new Set<At>()
  const add = (code: FaultCode, at: At, text: string, line = at.line): void => {
    const made = fault(code, at, `line ${line}: ${text}`)
    faults.push(made)
    if (made.severity === 'refused') refused.add(at)
  }
  const unknown = (element: XmlElement, name: string, what: string): void => {
    if (reported.has(name)) return
    reported.add(name)
    const at = { file: options.file, line: element.line, column: element.column, path: '' }
    add('unknown-member', at, `${element.name} has ${what}, which is not read.`)
  }
  return {
    options,
    faults,
    homes: new Map(),
    at: (element, path) => ({ file: options.file, line: element.line, column: element.column, path }),
    fault: add,
    isRefused: (at) => refused.has(at),
    knownOnly: (element, attributes, children) => {
      for (const name of element.attributes.keys()) {
        if (!attributes.includes(name)) unknown(element, `${element.name}@${name}`, `an attribute '${name}'`)
      }
      for (const child of element.children) {
        if (!children.includes(child.name))
          unknown(child, `${element.name}/${child.name}`, `an element '${child.name}'`)
      }
    },
    countLabel: (at) => {
      labels += 1
      if (labels <= fileLimits.labels) return
      throw new Unreadable(fault('limit', at, `line ${at.line}: the file has more than ${fileLimits.labels} labels.`))
    },
    countRepeated: (at, depth) => {
      repeated += 1
      if (depth > fileLimits.nesting) {
        const text = `line ${at.line}: ReuseChildren repeats terms deeper than ${fileLimits.nesting}.`
        throw new Unreadable(fault('limit', at, text))
      }
      if (repeated <= mostRepeated) return
      const text = `line ${at.line}: ReuseChildren repeats more than ${mostRepeated} terms in this file.`
      throw new Unreadable(fault('limit', at, text))
    },
  }
}

const tokenForm =
  /\{((?:sitecollection)?(?:termgroupid|termgroupname|termsetid|termstoreid|id)|siteid|keywordstermstoreid|parameter)(?::([^{}]*))?\}/gi

/** Resolves the tokens of a text; `missing` is the first that has no value, and stays in the text. */
export function resolved(
  text: string,
  { file, parameters, tokens }: PnpXmlOptions,
): { text: string; missing?: string } {
  if (!text.includes('{')) return { text }
  let missing: string | undefined
  let length = 0
  const known = lowered(tokens)
  const given = lowered(parameters)
  const result = text.replace(tokenForm, (token, name: string, of: string | undefined) => {
    const key = name.toLowerCase()
    const value =
      key === 'parameter' ? given.get((of ?? '').toLowerCase()) : known.get(token.slice(1, -1).toLowerCase())
    if (value === undefined) missing ??= token
    length += value?.length ?? 0
    if (length > fileLimits.field) {
      const wrong = `tokens make a text longer than ${fileLimits.field} characters.`
      throw new Unreadable(fault('limit', { file, line: 1, path: '' }, wrong))
    }
    return value ?? token
  })
  return missing === undefined ? { text: result } : { text: result, missing }
}

function lowered(values: Readonly<Record<string, string>> | undefined): Map<string, string> {
  return new Map(Object.entries(values ?? {}).map(([key, value]) => [key.toLowerCase(), value]))
}

function hintFor(token: string): string {
  if (token.startsWith('{parameter:')) return '--parameter NAME=VALUE'
  return token === '{sitecollectiontermgroupname}' ? "--group and the name of the site's group" : '--site'
}

/** A name or another text that has to be whole: a token without a value refuses the record. */
export function textOf(reading: PnpReading, element: XmlElement, attribute: string, at: At): string | undefined {
  const raw = element.attributes.get(attribute)
  if (raw === undefined) return undefined
  const { text, missing } = resolved(raw, reading.options)
  if (missing !== undefined) {
    const hint = hintFor(missing.toLowerCase())
    reading.fault(
      'token',
      at,
      `${attribute} has the token ${missing}, which has no value. Give one with ${hint}.`,
      element.line,
    )
  }
  return text
}

/** An id in lower case; undefined for none, for zeros, and, with a fault, for what is no GUID. */
export function idOf(reading: PnpReading, element: XmlElement, attribute: string, at: At): string | undefined {
  const faultsBefore = reading.faults.length
  const text = textOf(reading, element, attribute, at)?.trim() ?? ''
  if (text === '' || reading.faults.length > faultsBefore) return undefined
  const id = guidIn(text)
  if (id === undefined) reading.fault('guid', at, `${attribute} '${text}' is not a GUID.`)
  return id === noGuid ? undefined : id
}

/** The id as far as it can be read, without a fault: for looking through the file in advance. */
export function plainId(element: XmlElement, attribute: string, options: PnpXmlOptions): string | undefined {
  const id = guidIn(resolved(element.attributes.get(attribute) ?? '', options).text.trim())
  return id === noGuid ? undefined : id
}

const booleans: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false }

export function flagOf(reading: PnpReading, element: XmlElement, attribute: string, at: At): boolean | undefined {
  const raw = element.attributes.get(attribute)
  if (raw === undefined) return undefined
  const value = booleans[resolved(raw, reading.options).text.trim().toLowerCase()]
  if (value === undefined)
    reading.fault('boolean', at, `${attribute} '${raw}' is neither true nor false.`, element.line)
  return value
}

export function isTrue(element: XmlElement, attribute: string): boolean {
  return booleans[(element.attributes.get(attribute) ?? '').trim().toLowerCase()] === true
}

export function isFalse(element: XmlElement, attribute: string): boolean {
  return booleans[(element.attributes.get(attribute) ?? '').trim().toLowerCase()] === false
}

/** 1034 is Spanish in traditional order: the store's es-ES (term-store.md §4.4). */
const knownLcids = new Set([...lcids.values(), 1034])

/** The LCID as its number in text; undefined where it is absent or, with a fault, unknown. */
export function languageOf(reading: PnpReading, element: XmlElement, at: At): string | undefined {
  const raw = element.attributes.get('Language')
  if (raw === undefined) return undefined
  const text = resolved(raw, reading.options).text.trim()
  if (/^\d{1,6}$/.test(text) && knownLcids.has(Number(text))) return String(Number(text))
  reading.fault('lcid', at, `Language '${text}' is not the number of a language, such as 1033.`, element.line)
  return undefined
}

/** The key for values without a language: the caller's default as its LCID where it has one, else ''. */
export function defaultKey({ defaultLanguage }: PnpXmlOptions): string {
  if (defaultLanguage === undefined) return ''
  return String(lcids.get(defaultLanguage) ?? defaultLanguage)
}

/** Keys and values below a container such as `CustomProperties`; undefined where it is absent. */
export function propertiesOf(
  reading: PnpReading,
  element: XmlElement,
  container: string,
): Record<string, string> | undefined {
  const inside = element.children.find(({ name }) => name === container)
  if (inside === undefined) return undefined
  reading.knownOnly(inside, [], ['Property'])
  const entries = inside.children.map((property): [string, string] => {
    reading.knownOnly(property, ['Key', 'Value'], [])
    // A token without a value stays as it is: it may be meant as text.
    return [
      property.attributes.get('Key') ?? '',
      resolved(property.attributes.get('Value') ?? '', reading.options).text,
    ]
  })
  return Object.fromEntries(entries)
}
