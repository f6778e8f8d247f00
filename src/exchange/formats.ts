/**
 * All formats by name: how a file is read into a document, and a document written into a file. What a format needs is loaded
 * when it is first used.
 */
import { AppError } from '#base/errors.ts'
import type { Doc, Loss } from './document.ts'
import { type ImportFault, Unreadable } from './faults.ts'
import { decode, encode } from './files/decode.ts'
import { detectFormat, type FormatName } from './files/detect.ts'
import type { TextEncoding } from './files/written.ts'

/** What single formats can be told beside: exchange.md §3 to §6. */
export interface ReaderChoice {
  /** CSV and PnP text. */
  readonly delimiter?: string
  readonly header?: 'names' | 'position'
  readonly blank?: 'keeps' | 'clears'
  readonly excelSafe?: boolean
  /** PnP text. */
  readonly leadingCode?: string
  readonly comments?: boolean
  /** PnP XML: the site whose group is meant, and values of `{parameter:NAME}`. */
  readonly siteId?: string
  readonly parameters?: Readonly<Record<string, string>>
  /** SKOS. */
  readonly base?: string
  readonly iriBase?: string
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

export interface ReadWish {
  /** For messages; its extension may tell the format. */
  readonly file: string
  readonly bytes: Uint8Array
  readonly format?: string | undefined
  readonly encoding?: string | undefined
  /** For files that begin below a group, or below a set. */
  readonly group?: string | undefined
  readonly set?: string | undefined
  /** Language of values that name none. */
  readonly defaultLanguage: string
  readonly choice?: ReaderChoice
}

export interface ReadFile {
  readonly doc: Doc
  /** Name of the format; `folder` for a folder in a zip file. */
  readonly as: string
  /** Of a folder: what a set that no file holds means. */
  readonly missing?: 'keep' | 'deprecate' | 'delete'
}

export interface WriteWish {
  /** Language of formats that hold one. */
  readonly language?: string | undefined
  readonly ids?: boolean | undefined
  /** `pnp`: only what PnP does not damage. */
  readonly for?: 'pnp' | undefined
  readonly dates?: boolean | undefined
  readonly delimiter?: string | undefined
  readonly rowStyle?: 'set' | 'term' | undefined
  readonly excelSafe?: boolean | undefined
  readonly oneLine?: boolean | undefined
  /** PnP XML. */
  readonly noIds?: boolean | undefined
  readonly mirrors?: boolean | undefined
  readonly root?: 'template' | 'termgroups' | undefined
  readonly schema?: string | undefined
  /** SKOS. */
  readonly iri?: 'own' | undefined
  readonly iriBase?: string | undefined
  readonly asKept?: boolean | undefined
}

export interface WrittenFile {
  readonly bytes: Uint8Array
  readonly extension: string
  /** Media type. */
  readonly type: string
  readonly losses: readonly Loss[]
  /** Why it was not written. */
  readonly faults: readonly ImportFault[]
}

interface WrittenText {
  readonly text: string
  readonly losses: readonly Loss[]
  readonly encoding?: TextEncoding
  readonly faults?: readonly ImportFault[]
}

interface Format {
  readonly extension: string
  readonly type: string
  read(text: string, wish: ReadWish): Promise<Doc> | Doc
  write?(doc: Doc, wish: WriteWish): Promise<WrittenText>
}

/** Without members that are undefined. */
function defined<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never
}

async function readCsvText(text: string, { file, choice = {} }: ReadWish): Promise<Doc> {
  const { readCsv } = await import('./csv/read.ts')
  const { delimiter, header, blank, excelSafe } = choice
  return readCsv(text, { file, ...defined({ delimiter, header, blank, excelSafe }) })
}

function skos(syntax: 'turtle' | 'rdf-xml' | 'json-ld', extension: string, type: string): Format {
  return {
    extension,
    type,
    read: async (text, { file, defaultLanguage, group, set, choice = {} }) => {
      const { readSkos } = await import('./skos/read/read.ts')
      const { base, iriBase, hidden, sets, secondParents, parentless, collections, keep, deprecatedWhen, guidFromIri } =
        choice
      const order = choice.notationOrder === true ? ('notation' as const) : undefined
      const more = {
        base,
        iriBase,
        hidden,
        sets,
        secondParents,
        parentless,
        collections,
        keep,
        deprecatedWhen,
        guidFromIri,
        order,
      }
      return readSkos(text, { file, syntax, defaultLanguage, ...defined({ group, set, ...more }) })
    },
    write: async (doc, { language: defaultLanguage, iri, iriBase, asKept }) => {
      const { writeSkos } = await import('./skos/write/write.ts')
      return writeSkos(doc, { syntax, ...defined({ defaultLanguage, iri, iriBase, asKept }) })
    },
  }
}

const json = 'application/json; charset=utf-8'
const csv = 'text/csv; charset=utf-8'

const formats: Readonly<Record<FormatName, Format>> = {
  json: {
    extension: 'json',
    type: json,
    read: async (text, { file }) => (await import('./json/read.ts')).readJson(text, { file }),
    write: async (doc, { dates }) => (await import('./json/write.ts')).writeJson(doc, defined({ dates })),
  },
  jsonl: {
    extension: 'jsonl',
    type: 'application/x-ndjson; charset=utf-8',
    read: async (text, { file }) => (await import('./json/lines.ts')).readJsonLines(text, { file }),
    write: async (doc, { dates }) => (await import('./json/lines.ts')).writeJsonLines(doc, defined({ dates })),
  },
  'pnp-json': {
    extension: 'json',
    type: json,
    read: async (text, { file }) => (await import('./json/pnp-json.ts')).readPnpJson(text, { file }),
  },
  'names-json': {
    extension: 'json',
    type: json,
    read: async (text, { file }) => (await import('./json/names-json.ts')).readNamesJson(text, { file }),
  },
  'sharepoint-csv': {
    extension: 'csv',
    type: csv,
    read: readCsvText,
    write: async (doc, { language: languageTag, ids, for: target, rowStyle, oneLine }) => {
      const { writeSharePointCsv } = await import('./csv/write-sharepoint.ts')
      return writeSharePointCsv(doc, defined({ languageTag, ids, for: target, rowStyle, oneLine }))
    },
  },
  'wide-csv': {
    extension: 'csv',
    type: csv,
    read: readCsvText,
    write: async (doc, { excelSafe }) =>
      (await import('./csv/write-wide.ts')).writeWideCsv(doc, defined({ excelSafe })),
  },
  'pnp-text': {
    extension: 'txt',
    type: 'text/plain; charset=utf-8',
    read: async (text, { file, group, set, defaultLanguage: language, choice = {} }) => {
      const { readPnpText } = await import('./pnp-text/read.ts')
      const { delimiter, leadingCode, comments } = choice
      return readPnpText(text, { file, language, ...defined({ group, set, delimiter, leadingCode, comments }) })
    },
    write: async (doc, { language: languageTag, delimiter, ids }) =>
      (await import('./pnp-text/write.ts')).writePnpText(doc, defined({ languageTag, delimiter, ids })),
  },
  'pnp-xml': {
    extension: 'xml',
    type: 'application/xml; charset=utf-8',
    read: async (text, { file, group, defaultLanguage, choice = {} }) => {
      const { readPnpXml } = await import('./pnp-xml/read.ts')
      const { siteId, parameters } = choice
      const tokens = defined({ sitecollectiontermgroupname: group, sitecollectionid: siteId, siteid: siteId })
      return readPnpXml(text, { file, defaultLanguage, tokens, ...defined({ siteId, parameters }) })
    },
    write: async (doc, { language: defaultLanguage, for: target, ...own }) => {
      const { writePnpXml } = await import('./pnp-xml/write.ts')
      const { noIds, mirrors, root, schema } = own
      const forPnp = target === 'pnp' ? true : undefined
      return writePnpXml(doc, defined({ defaultLanguage, forPnp, noIds, mirrors, root, schema }))
    },
  },
  turtle: skos('turtle', 'ttl', 'text/turtle; charset=utf-8'),
  'rdf-xml': skos('rdf-xml', 'rdf', 'application/rdf+xml; charset=utf-8'),
  'json-ld': skos('json-ld', 'jsonld', 'application/ld+json; charset=utf-8'),
}

function unread(said: ImportFault): Doc {
  return { groups: [], faults: [said] }
}

async function readZip({ bytes, file }: ReadWish): Promise<ReadFile> {
  const { unzipFolder } = await import('./json/zip.ts')
  const { readFolder } = await import('./json/folder.ts')
  const files = unzipFolder(bytes, file)
  return 'code' in files ? { doc: unread(files), as: 'folder' } : { ...readFolder(files), as: 'folder' }
}

/** What a file cannot be read for is a fault of the document. */
export async function readFile(wish: ReadWish): Promise<ReadFile> {
  const { bytes, file, encoding } = wish
  const { isZip } = await import('./json/zip.ts')
  if (isZip(bytes)) return readZip(wish)
  const decoded = decode(bytes, { file, ...(encoding === undefined ? {} : { encoding }) })
  if ('code' in decoded) return { doc: unread(decoded), as: wish.format ?? 'unknown' }
  const as = detectFormat(decoded.text, file, wish.format)
  if (typeof as !== 'string') return { doc: unread(as), as: wish.format ?? 'unknown' }
  try {
    return { doc: await formats[as].read(decoded.text, wish), as }
  } catch (error) {
    if (error instanceof Unreadable) return { doc: unread(error.fault), as }
    throw error
  }
}

/** Names of the formats that are written. */
export const writtenFormats: readonly string[] = [
  ...Object.entries(formats).flatMap(([name, { write }]) => (write === undefined ? [] : [name])),
  'folder',
]

/** In the case of the store. Throws `invalid` for a language that the document does not have. */
function languageIn({ languageTags }: Doc, { language }: WriteWish): string | undefined {
  if (language === undefined || languageTags === undefined) return language
  const found = languageTags.find((tag) => tag.toLowerCase() === language.toLowerCase())
  if (found !== undefined) return found
  throw new AppError('invalid', `'${language}' is no language of the store. There are ${languageTags.join(', ')}.`, {
    target: 'language',
  })
}

/** Throws `invalid` for a format that does not exist, or is only read, and for a language that the document does not have. */
export async function writeFile(doc: Doc, name: string, given: WriteWish): Promise<WrittenFile> {
  const language = languageIn(doc, given)
  const wish = { ...given, ...(language === undefined ? {} : { language }) }
  if (name === 'folder') {
    const { writeFolder } = await import('./json/write-folder.ts')
    const { zipFolder } = await import('./json/zip.ts')
    const bytes = zipFolder(writeFolder(doc, { whole: true }).changed)
    return { bytes, extension: 'zip', type: 'application/zip', losses: [], faults: [] }
  }
  const format = Object.hasOwn(formats, name) ? formats[name as FormatName] : undefined
  if (format?.write === undefined)
    throw new AppError('invalid', `'${name}' is no format that is written. There are ${writtenFormats.join(', ')}.`, {
      target: 'format',
    })
  const { text, losses, encoding = 'utf-8', faults = [] } = await format.write(doc, wish)
  const { extension, type } = format
  return { bytes: encode(text, encoding), extension, type, losses, faults }
}
