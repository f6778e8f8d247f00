/** What the addresses of taxonomies as files take in their query: exchange.md §2.9. */
import { AppError } from '#base/errors.ts'
import { shortText } from '#base/text/short-text.ts'

/** What readers of single formats are told: exchange.md §3 to §6. */
export interface ReaderWish {
  readonly delimiter?: string
  readonly header?: 'names' | 'position'
  readonly blank?: 'keeps' | 'clears'
  readonly excelSafe?: boolean
  readonly leadingCode?: string
  readonly comments?: boolean
  readonly siteId?: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly base?: string
  readonly hidden?: 'synonym'
  readonly sets?: 'schemes' | 'tops'
  readonly secondParents?: 'keep' | 'refuse'
  readonly parentless?: 'root' | 'skip' | { readonly under: string }
  readonly collections?: 'property'
  readonly keep?: readonly string[]
  readonly deprecatedWhen?: readonly { readonly predicate: string; readonly value: string }[]
  readonly guidFromIri?: boolean
  readonly notationOrder?: boolean
}

/** How a file is read, and what is planned of it. Names are those of the options of the command line. */
export interface PlanWish {
  /** Name of the file, for messages and for its extension. */
  readonly file: string
  readonly format?: string
  readonly encoding?: string
  readonly group?: string
  readonly set?: string
  readonly under?: string
  readonly defaultLanguage?: string
  /** Tag of the file, in lower case → tag of the store. */
  readonly mapped: Readonly<Record<string, string>>
  readonly adds: boolean
  readonly match: readonly ('id' | 'path')[]
  readonly missing: 'keep' | 'deprecate' | 'delete'
  readonly maxMissing?: number
  readonly fix: readonly ('chars' | 'long' | 'levels' | 'clashes' | 'labels')[]
  readonly order?: 'file' | 'keep'
  readonly followMerges: boolean
  readonly withDates: boolean
  readonly all: boolean
  readonly choice: ReaderWish
}

export interface ExportWish {
  readonly format: string
  readonly groups: readonly string[]
  readonly sets: readonly string[]
  readonly term?: string
  readonly language?: string
  readonly ids: boolean
  readonly for?: 'pnp'
  readonly dates: boolean
  readonly delimiter?: string
  readonly rowStyle?: 'set' | 'term'
  readonly excelSafe?: boolean
  readonly oneLine?: boolean
  readonly reportOnly: boolean
}

export interface ValidateWish {
  /** The id or the path of a group, a set or a term; without groups and sets. */
  readonly at?: string
  readonly groups: readonly string[]
  readonly sets: readonly string[]
  /** `+name` and `-name`, or names. */
  readonly rules: readonly string[]
}

const several = new Set(['language', 'set', 'group', 'fix', 'match', 'rules', 'parameter', 'keep', 'deprecatedWhen'])

function queryIn(query: string, known: readonly string[]): URLSearchParams {
  const given = new URLSearchParams(query)
  for (const name of given.keys()) {
    if (!known.includes(name))
      throw new AppError('invalid', `'${shortText(name)}' is not known here. There are ${known.join(', ')}.`, {
        target: name,
      })
    if (!several.has(name) && given.getAll(name).length > 1)
      throw new AppError('invalid', `'${name}' is given more than once.`, { target: name })
  }
  return given
}

function oneOf<T extends string>(given: URLSearchParams, name: string, words: readonly T[]): T | undefined {
  const text = given.get(name)
  if (text === null) return undefined
  const found = words.find((word) => word === text)
  if (found !== undefined) return found
  throw new AppError('invalid', `'${text}' is not one of ${words.join(', ')}.`, { target: name })
}

function listOf<T extends string>(given: URLSearchParams, name: string, words: readonly T[]): T[] {
  const texts = given
    .getAll(name)
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
  return texts
    .filter((text) => text !== '')
    .map((text) => {
      const found = words.find((word) => word === text)
      if (found !== undefined) return found
      throw new AppError('invalid', `'${text}' is not one of ${words.join(', ')}.`, { target: name })
    })
}

function isSet(given: URLSearchParams, name: string): boolean {
  return oneOf(given, name, ['true', 'false', '']) !== undefined && given.get(name) !== 'false'
}

function wholeIn(given: URLSearchParams, name: string): number | undefined {
  const text = given.get(name)
  if (text === null) return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new AppError('invalid', `'${text}' is not a whole number.`, { target: name })
}

function textsIn<K extends string>(given: URLSearchParams, names: readonly K[]): { [P in K]?: string } {
  const found = names.flatMap((name) => {
    const text = given.get(name)
    return text === null ? [] : [[name, text]]
  })
  return Object.fromEntries(found) as { [P in K]?: string }
}

function mappedIn(given: URLSearchParams): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.getAll('language').map((text) => {
      const [from, to, ...more] = text.split('=').map((part) => part.trim())
      if (from && to && more.length === 0) return [from.toLowerCase(), to]
      throw new AppError('invalid', `'${text}' is not of the form FROM=TO, such as en-GB=en-US.`, {
        target: 'language',
      })
    }),
  )
}

function pairsIn(given: URLSearchParams, name: string, form: string): [string, string][] {
  return given.getAll(name).map((text) => {
    const at = text.indexOf('=')
    if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
    throw new AppError('invalid', `'${text}' is not of the form ${form}.`, { target: name })
  })
}

/** `root`, `skip`, or `under NAME`. */
function parentlessIn(given: URLSearchParams): ReaderWish['parentless'] {
  const text = given.get('parentless')
  if (text === null || text === 'root' || text === 'skip') return text ?? undefined
  const under = /^under (.+)$/.exec(text)?.[1]
  if (under !== undefined) return { under }
  throw new AppError('invalid', `'${text}' is not one of root, skip, under NAME.`, { target: 'parentless' })
}

function readerWishIn(given: URLSearchParams): ReaderWish {
  const wish = {
    ...textsIn(given, ['delimiter', 'leadingCode', 'base']),
    siteId: given.get('site') ?? undefined,
    header: oneOf(given, 'header', ['names', 'position']),
    blank: oneOf(given, 'blank', ['keeps', 'clears']),
    hidden: oneOf(given, 'hidden', ['synonym']),
    sets: oneOf(given, 'sets', ['schemes', 'tops']),
    secondParents: oneOf(given, 'secondParents', ['keep', 'refuse']),
    collections: oneOf(given, 'collections', ['property']),
    parentless: parentlessIn(given),
    excelSafe: isSet(given, 'excelSafe') || undefined,
    comments: isSet(given, 'comments') || undefined,
    guidFromIri: isSet(given, 'guidFromIri') || undefined,
    notationOrder: given.get('order') === 'notation' || undefined,
    keep: given.has('keep') ? given.getAll('keep') : undefined,
    parameters: given.has('parameter') ? Object.fromEntries(pairsIn(given, 'parameter', 'NAME=VALUE')) : undefined,
    deprecatedWhen: given.has('deprecatedWhen')
      ? pairsIn(given, 'deprecatedWhen', 'PREDICATE=VALUE').map(([predicate, value]) => ({ predicate, value }))
      : undefined,
  }
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined)) as ReaderWish
}

const readerNames = [
  ...['delimiter', 'header', 'blank', 'excelSafe', 'leadingCode', 'comments', 'site', 'parameter', 'base', 'hidden'],
  ...['sets', 'secondParents', 'parentless', 'collections', 'keep', 'deprecatedWhen', 'guidFromIri'],
]

const planNames = [
  ...readerNames,
  ...['tenant', 'file', 'format', 'encoding', 'group', 'set', 'under', 'defaultLanguage'],
  ...['language', 'addLanguages', 'match', 'missing', 'maxMissing', 'fix', 'order', 'followMerges', 'withDates', 'all'],
]

export function planWishIn(query: string): PlanWish {
  const given = queryIn(query, planNames)
  const order = oneOf(given, 'order', ['file', 'keep', 'notation'])
  const maxMissing = wholeIn(given, 'maxMissing')
  const match = listOf(given, 'match', ['id', 'path'])
  const texts = textsIn(given, ['format', 'encoding', 'group', 'set', 'under', 'defaultLanguage'])
  return {
    ...texts,
    file: given.get('file') ?? 'the file',
    mapped: mappedIn(given),
    adds: isSet(given, 'addLanguages'),
    match: match.length === 0 ? ['id', 'path'] : match,
    missing: oneOf(given, 'missing', ['keep', 'deprecate', 'delete']) ?? 'keep',
    ...(maxMissing === undefined ? {} : { maxMissing }),
    fix: listOf(given, 'fix', ['chars', 'long', 'levels', 'clashes', 'labels']),
    ...(order === undefined || order === 'notation' ? {} : { order }),
    followMerges: isSet(given, 'followMerges'),
    withDates: isSet(given, 'withDates'),
    all: isSet(given, 'all'),
    choice: readerWishIn(given),
  }
}

const exportNames = [
  ...['tenant', 'format', 'group', 'set', 'term', 'language', 'ids', 'for', 'dates', 'report'],
  ...['delimiter', 'rowStyle', 'excelSafe', 'oneLine'],
]

/** What parts names: `;#` comes before ids, and a line end parts lines. */
function delimiterIn(given: URLSearchParams): { delimiter?: string } {
  const text = given.get('delimiter')
  if (text === null) return {}
  if (text !== '' && !/;#|[\r\n]/.test(text)) return { delimiter: text }
  throw new AppError('invalid', `'${text}' cannot part names: ';#' comes before ids, and a line end ends a path.`, {
    target: 'delimiter',
  })
}

export function exportWishIn(query: string): ExportWish {
  const given = queryIn(query, exportNames)
  const target = oneOf(given, 'for', ['pnp'])
  const rowStyle = oneOf(given, 'rowStyle', ['set', 'term'])
  return {
    ...textsIn(given, ['term', 'language']),
    format: given.get('format') ?? 'json',
    groups: given.getAll('group'),
    sets: given.getAll('set'),
    ids: isSet(given, 'ids'),
    ...(target === undefined ? {} : { for: target }),
    dates: isSet(given, 'dates'),
    ...delimiterIn(given),
    ...(rowStyle === undefined ? {} : { rowStyle }),
    ...(isSet(given, 'excelSafe') ? { excelSafe: true } : {}),
    ...(isSet(given, 'oneLine') ? { oneLine: true } : {}),
    reportOnly: oneOf(given, 'report', ['only']) !== undefined,
  }
}

export function validateWishIn(query: string): ValidateWish {
  const given = queryIn(query, ['tenant', 'group', 'set', 'at', 'rules'])
  if (given.has('at') && (given.has('group') || given.has('set')))
    throw new AppError('invalid', "'at' is given without 'group' and 'set'.", { target: 'at' })
  const rules = given
    .getAll('rules')
    .flatMap((text) => text.split(','))
    .filter((text) => text !== '')
  return { groups: given.getAll('group'), sets: given.getAll('set'), ...textsIn(given, ['at']), rules }
}
