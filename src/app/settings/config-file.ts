/**
 * The configuration file: finds it, reads it, and gives the text of each setting in it, as a flag would. It knows the
 * settings only as they are handed to it (docs/cli.md, "Configuration file").
 */
import { existsSync } from 'node:fs'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { AppError, Faults } from '#base/errors.ts'
import { isObject } from '#base/json.ts'
import { checkAgainst, type JsonSchema } from '#base/schema-check.ts'
import type { Setting } from '#base/setting.ts'
import { loadYaml, yamlIn } from '../seed/format/yaml-text.ts'
import { plainJson } from './commented-json.ts'
import { placeIn, textOfFile } from './text-file.ts'

export interface ConfigFile {
  /** As messages name it. */
  readonly name: string
  /** Relative paths in it start here. */
  readonly folder: string
  /** Unchecked. */
  readonly values: Readonly<Record<string, unknown>>
  /** The line of each setting, as far as it is plain. */
  readonly lines?: ReadonlyMap<string, number>
}

/** The file cannot be found, read or parsed; the message begins with its name. */
export class UnusableFile extends Error {
  override readonly name = 'UnusableFile'
}

const names = ['relata.config.json', 'relata.config.jsonc', 'relata.config.yaml', 'relata.config.yml']
const folders = ['.', '.relata']

/** The path of the file that a command in this folder reads; undefined: there is none. Two in one folder are refused. */
export function findConfigFile(folder: string): string | undefined {
  for (const place of folders) {
    const found = names.map((name) => join(folder, place, name)).filter((path) => existsSync(path))
    if (found.length > 1)
      throw new UnusableFile(
        `there are ${found.map((path) => relative(folder, path)).join(' and ')}: keep one, or name one with --config`,
      )
    if (found[0] !== undefined) return found[0]
  }
  return undefined
}

/** JSON, with comments if wanted, or YAML by the name of its file. Throws where the text is neither. */
export async function parseDocument(text: string, name: string): Promise<unknown> {
  if (/^\.ya?ml$/i.test(extname(name))) {
    await loadYaml()
    return yamlIn(text)
  }
  try {
    return JSON.parse(plainJson(text))
  } catch (cause) {
    // The parser quotes the text, which may have a password.
    throw new Error(`it is not JSON${placeIn(cause)}`, { cause })
  }
}

/** The first line of what is wrong: what follows it quotes the file. */
export function firstLine(error: unknown): string {
  return (
    String(error instanceof Error ? error.message : error)
      .split('\n')[0]
      ?.replace(/:$/, '') ?? ''
  )
}

/** Lines that begin with a name and are indented least; a name that stands there twice is left out. */
function linesOf(text: string): ReadonlyMap<string, number> {
  const found = text.split('\n').flatMap((line, at) => {
    const [, indent = '', name] = /^(\s*)["']?(\w+)["']?\s*:/.exec(line) ?? []
    return name === undefined ? [] : [{ indent: indent.length, name, line: at + 1 }]
  })
  const least = Math.min(...found.map(({ indent }) => indent))
  const outer = found.filter(({ indent }) => indent === least)
  const isOnce = (name: string): boolean => outer.filter((other) => other.name === name).length === 1
  return new Map(outer.filter(({ name }) => isOnce(name)).map(({ name, line }) => [name, line]))
}

/** Throws `UnusableFile`. */
export async function readConfigFile(path: string, folder = process.cwd()): Promise<ConfigFile> {
  const whole = resolve(folder, path)
  const near = relative(folder, whole)
  const name = near.startsWith('..') ? whole : near || basename(whole)
  let text: string
  try {
    text = textOfFile(whole)
  } catch (error) {
    const why = firstLine(error).replace(/, \w+( '.*')?$/, '')
    throw new UnusableFile(`the configuration file ${name} cannot be read: ${why}`, { cause: error })
  }
  let values: unknown
  try {
    values = await parseDocument(text, name)
  } catch (error) {
    throw new UnusableFile(`${name}: ${firstLine(error)}`, { cause: error })
  }
  // An empty file of YAML is null.
  values ??= {}
  if (!isObject(values) || Array.isArray(values)) throw new UnusableFile(`${name}: it is not an object of settings`)
  return { name, folder: dirname(whole), values: values as ConfigFile['values'], lines: linesOf(text) }
}

const secretFile = 'File'

/** `settings`: by their names in the file. */
export function schemaOf(settings: ReadonlyMap<string, Setting>): JsonSchema {
  const properties: Record<string, JsonSchema> = {
    $schema: { type: 'string', description: 'where this schema is, for editors' },
  }
  for (const [name, { doc, shape, initial, secret }] of settings) {
    const isPlain = ['string', 'number', 'boolean'].includes(typeof initial)
    properties[name] = { description: doc, ...shape, ...(isPlain ? { default: initial } : {}) }
    if (secret === true)
      properties[`${name}${secretFile}`] = { type: 'string', description: `file that holds ${name}`, minLength: 1 }
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Relata configuration file, version 1',
    description: 'Settings of relata, as its flags have them; a flag or a variable stands before the file',
    type: 'object',
    properties,
    additionalProperties: false,
  }
}

export const configSchemaName = 'config-1.schema.json'

/** For checks: descriptions of settings are sentences for people, and would be part of messages. */
function withoutWords(schema: JsonSchema): JsonSchema {
  const bare = Object.entries(schema.properties ?? {}).map(([name, { description: _, ...one }]) => [name, one])
  return { ...schema, properties: Object.fromEntries(bare) }
}

export interface CheckedFile {
  /** The file without what is wrong. */
  readonly sound: ConfigFile
  /** One line for each name that the file may not have, and for each value of the wrong type. */
  readonly faults: readonly string[]
}

/** Of an unknown name: there are too many settings for one line. */
function briefly(message: string): string {
  return message.replace(/; known are .*/, '; relata config schema describes all settings')
}

export function checkFile(file: ConfigFile, settings: ReadonlyMap<string, Setting>): CheckedFile {
  const { name, values } = file
  const faults = new Faults()
  checkAgainst(values, withoutWords(schemaOf(settings)), faults)
  try {
    faults.throwIfAny()
    return { sound: file, faults: [] }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const all = error.facts.details ?? []
    const wrong = new Set(all.map(({ target = '' }) => target.split('/')[0]))
    return {
      sound: { ...file, values: Object.fromEntries(Object.entries(values).filter(([option]) => !wrong.has(option))) },
      faults: all.map(({ target = '', message }) => `${name}: ${target}: ${briefly(message.replace(/\.$/, ''))}`),
    }
  }
}

function textOf(value: unknown, place: (text: string) => string): string {
  if (typeof value === 'string') return place(value)
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.map(place).join(',')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export interface FileSource {
  readonly text: string
  /** What messages name. */
  readonly from: string
  /** The text is the path of a file that holds the value. */
  readonly isFile: boolean
  readonly line?: number
}

/** What the file says of one setting, as text; undefined: nothing. */
export function sourceIn(file: ConfigFile, option: string, { isPath, secret }: Setting): FileSource | undefined {
  const at = (name: string): unknown => (Object.hasOwn(file.values, name) ? file.values[name] : undefined)
  const value = at(option)
  const place = (text: string): string => (isPath?.(text) === true ? resolve(file.folder, text) : text)
  const line = (name: string): { readonly line?: number } => {
    const found = file.lines?.get(name)
    return found === undefined ? {} : { line: found }
  }
  if (value !== undefined)
    return { text: textOf(value, place), from: `${file.name}: ${option}`, isFile: false, ...line(option) }
  const named = secret === true ? at(`${option}${secretFile}`) : undefined
  if (typeof named !== 'string') return undefined
  const name = `${option}${secretFile}`
  return { text: resolve(file.folder, named), from: `${file.name}: ${name}`, isFile: true, ...line(name) }
}
