/** What is written to one PnP file: its losses, its languages, and the values of attributes (exchange.md §5.4). */
import { lcids } from '#workloads/term-store/rules/languages/lcids.ts'
import type { DocIndex } from '../doc/doc-index.ts'
import type { Losses } from '../doc/losses.ts'
import type { Doc, Loss, Properties } from '../document.ts'
import { writable } from '../xml/escape.ts'
import type { WrittenElement } from '../xml/write.ts'
import { resolved } from './reading.ts'
import { iriProperty } from './terms.ts'

export interface PnpXmlWriteOptions {
  /** Language of names; else the document's default. */
  readonly defaultLanguage?: string
  /** `termgroups` as `Import-PnPTermGroupFromXml` wants it; else a whole template. */
  readonly root?: 'template' | 'termgroups'
  /** Year and month of the schema; 2022-09 if absent. Throws `invalid` for one that is not PnP's. */
  readonly schema?: string
  /** Moves what PnP reads only at the end, and lists what PnP does not read. */
  readonly forPnp?: boolean
  readonly noIds?: boolean
  /** Writes the branches below pins as well. */
  readonly mirrors?: boolean
}

export type Attributes = readonly (readonly [name: string, value: string | undefined])[]

/** Where in the document something is lost. */
export type Where = Omit<Loss, 'what' | 'count' | 'value' | 'languageTag'>

export interface PnpWriting {
  readonly options: PnpXmlWriteOptions
  readonly losses: Losses
  readonly index: DocIndex
  /** Tag of the language of names; undefined where neither the caller nor the document says one. */
  readonly language: string | undefined
  /** Ids of terms that have places beside their home. */
  readonly shared: ReadonlySet<string>
}

export function element(
  name: string,
  attributes: Attributes,
  children: readonly WrittenElement[] = [],
): WrittenElement {
  const written = attributes.flatMap(([key, value]): [string, string][] => (value === undefined ? [] : [[key, value]]))
  return { name: `pnp:${name}`, attributes: written, children }
}

const byLowerTag = new Map([...lcids].map(([tag, lcid]) => [tag.toLowerCase(), lcid]))

/** The LCID of a tag, or of the number that stands for one; undefined for languages that have none. */
export function lcidOf(tag: string): string | undefined {
  if (/^\d+$/.test(tag)) return tag
  const lcid = byLowerTag.get(tag.toLowerCase())
  return lcid === undefined ? undefined : String(lcid)
}

/** Text as the file can hold it. What XML cannot hold, and what would be read as a token, is listed. */
export function written({ losses }: PnpWriting, text: string, where: Where): string {
  const result = writable(text)
  if (result !== text) losses.add('characters', { ...where, value: text })
  return result
}

/** As `written`, for members in which a token without a value refuses the record. */
export function writtenName(writing: PnpWriting, text: string, where: Where): string {
  if (resolved(text, { file: '' }).missing !== undefined) writing.losses.add('token', { ...where, value: text })
  return written(writing, text, where)
}

export function flag(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}

export function braced({ options }: PnpWriting, id: string | undefined): string | undefined {
  return id === undefined || options.noIds === true ? undefined : `{${id}}`
}

export function propertyElements(
  writing: PnpWriting,
  container: string,
  properties: Properties | undefined,
  where: Where,
  uri?: string,
): WrittenElement[] {
  const entries = Object.entries(properties ?? {}).filter(([key]) => uri === undefined || key !== iriProperty)
  if (uri !== undefined) entries.push([iriProperty, uri])
  if (entries.length === 0) return []
  const inside = entries.map(([key, value]) =>
    element('Property', [
      ['Key', written(writing, key, where)],
      ['Value', written(writing, value, where)],
    ]),
  )
  return [element(container, [], inside)]
}

/** The language names are written in. */
export function languageOfNames(doc: Doc, { defaultLanguage }: PnpXmlWriteOptions): string | undefined {
  return defaultLanguage ?? doc.defaultLanguageTag
}
