/**
 * All formats by name: how a file is read into a document, and a document written into a file. What a format needs is loaded
 * when it is first used.
 */
import { AppError } from '#base/errors.ts'
import type { Doc, Loss } from './document.ts'
import { type ImportFault, Unreadable } from './faults.ts'

/** What readers are told beside the file. */
export interface ReadWish {
  /** For messages; its extension may tell the format. */
  readonly file: string
  readonly bytes: Uint8Array
  readonly format?: string | undefined
  readonly encoding?: string | undefined
  readonly delimiter?: string | undefined
  readonly header?: 'names' | 'position' | undefined
  /** For files that name no group, or no set. */
  readonly group?: string | undefined
  readonly set?: string | undefined
  /** Language of values that name none. */
  readonly defaultLanguage: string
}

export interface ReadFile {
  readonly doc: Doc
  /** Name of the format. */
  readonly as: string
}

export interface WriteWish {
  /** Language of formats that hold one. */
  readonly language?: string | undefined
  readonly ids?: boolean | undefined
  /** `pnp`: only what PnP does not damage. */
  readonly for?: 'pnp' | undefined
  readonly dates?: boolean | undefined
}

export interface WrittenFile {
  readonly text: string
  readonly encoding: 'utf-8' | 'utf-8-bom' | 'utf-16'
  readonly extension: string
  /** Media type. */
  readonly type: string
  readonly losses: readonly Loss[]
  readonly faults: readonly ImportFault[]
}

interface Format {
  readonly extension: string
  readonly type: string
  read?(text: string, wish: ReadWish): Promise<Doc>
  write?(doc: Doc, wish: WriteWish): Promise<Pick<WrittenFile, 'text' | 'losses'> & Partial<WrittenFile>>
}

function defined<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never
}

async function readCsvText(text: string, { file, delimiter, header }: ReadWish): Promise<Doc> {
  const { readCsv } = await import('./csv/read.ts')
  return readCsv(text, { file, ...defined({ delimiter, header }) })
}

const formats: Readonly<Record<string, Format>> = {
  'sharepoint-csv': {
    extension: 'csv',
    type: 'text/csv; charset=utf-8',
    read: readCsvText,
    write: async (doc, { language: languageTag, ids, for: target }) => {
      const { writeSharePointCsv } = await import('./csv/write-sharepoint.ts')
      return writeSharePointCsv(doc, defined({ languageTag, ids, for: target }))
    },
  },
  'wide-csv': {
    extension: 'csv',
    type: 'text/csv; charset=utf-8',
    read: readCsvText,
    write: async (doc) => {
      const { writeWideCsv } = await import('./csv/write-wide.ts')
      return writeWideCsv(doc)
    },
  },
  'pnp-xml': {
    extension: 'xml',
    type: 'application/xml; charset=utf-8',
    read: async (text, { file, defaultLanguage }) => {
      const { readPnpXml } = await import('./pnp-xml/read.ts')
      return readPnpXml(text, { file, defaultLanguage })
    },
    write: async (doc, { language: defaultLanguage }) => {
      const { writePnpXml } = await import('./pnp-xml/write.ts')
      return writePnpXml(doc, defined({ defaultLanguage }))
    },
  },
}

export const formatNames: readonly string[] = Object.keys(formats)

function needFormat(name: string): Format {
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined
  if (format !== undefined) return format
  throw new AppError('invalid', `'${name}' is not a format. There are ${formatNames.join(', ')}.`, { target: 'format' })
}

const byExtension: Readonly<Record<string, string>> = { csv: 'sharepoint-csv', xml: 'pnp-xml' }

function unread(error: Unreadable): Doc {
  return { groups: [], faults: [error.fault] }
}

/** What a file cannot be read for is a fault of the document. Throws `invalid` for a format that does not exist. */
export async function readFile(wish: ReadWish): Promise<ReadFile> {
  const as = wish.format ?? byExtension[wish.file.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'sharepoint-csv'
  const { read } = needFormat(as)
  if (read === undefined) throw new AppError('invalid', `The format ${as} is only written.`, { target: 'format' })
  try {
    return { doc: await read(new TextDecoder().decode(wish.bytes), wish), as }
  } catch (error) {
    if (error instanceof Unreadable) return { doc: unread(error), as }
    throw error
  }
}

export async function writeFile(doc: Doc, name: string, wish: WriteWish): Promise<WrittenFile> {
  const { write, extension, type } = needFormat(name)
  if (write === undefined) throw new AppError('invalid', `The format ${name} is only read.`, { target: 'format' })
  return { encoding: 'utf-8', faults: [], extension, type, ...(await write(doc, wish)) }
}

/** The bytes of a written file. */
export function bytesOf({ text, encoding }: Pick<WrittenFile, 'text' | 'encoding'>): Buffer {
  if (encoding === 'utf-16') return Buffer.from(`\ufeff${text}`, 'utf16le')
  return Buffer.from(encoding === 'utf-8-bom' ? `\ufeff${text}` : text)
}
