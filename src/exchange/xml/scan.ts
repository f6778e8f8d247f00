/**
 * XML as elements with their places. Entities other than XML's five, a DOCTYPE with an internal subset and what exceeds
 * the limits are errors, so nothing in a file expands or reaches outside it: exchange.md §14.
 */
import { SaxesParser, type SaxesTagNS } from '@rubensworks/saxes'
import { type At, fault, fileLimits, Unreadable } from '../faults.ts'

export interface XmlElement {
  readonly namespace: string
  /** Without prefix. */
  readonly name: string
  /** Attributes without a namespace, by name. */
  readonly attributes: ReadonlyMap<string, string>
  readonly line: number
  readonly column: number
  readonly children: XmlElement[]
}

export interface ScanHandlers {
  open(tag: SaxesTagNS, line: number, column: number): void
  close(): void
}

function stop(code: 'syntax' | 'limit', file: string, line: number, column: number, text: string): Unreadable {
  const at: At = { file, line, column, path: '' }
  return new Unreadable(fault(code, at, `line ${line}: ${text}`))
}

/** Reads the whole text once, and tells of each element; throws `Unreadable` at the first error. */
export function scanXml(text: string, file: string, { open, close }: ScanHandlers): void {
  if (text.length > fileLimits.file) {
    throw stop('limit', file, 1, 1, `the file is longer than ${fileLimits.file} characters.`)
  }
  const parser = new SaxesParser({ xmlns: true, position: true })
  let depth = 0
  let start = { line: 1, column: 1 }
  parser.on('error', (error) => {
    // The message begins with the place, which the fault has in members of its own.
    throw stop('syntax', file, parser.line, parser.column + 1, error.message.replace(/^\d+:\d+: /, ''))
  })
  parser.on('doctype', (doctype) => {
    if (!doctype.includes('[')) return
    throw stop('syntax', file, parser.line, 1, 'a DOCTYPE with definitions of its own is not read. Remove it.')
  })
  parser.on('opentagstart', (tag) => {
    // Names hold no line end, so the tag began in this line; the parser stands behind the character after the name.
    start = { line: parser.line, column: Math.max(1, parser.column - tag.name.length - 1) }
  })
  parser.on('opentag', (tag) => {
    depth += 1
    if (depth > fileLimits.nesting) {
      throw stop('limit', file, start.line, start.column, `elements are nested deeper than ${fileLimits.nesting}.`)
    }
    for (const { name, value } of Object.values(tag.attributes)) {
      if (value.length <= fileLimits.field) continue
      throw stop('limit', file, start.line, start.column, `${name} is longer than ${fileLimits.field} characters.`)
    }
    open(tag, start.line, start.column)
  })
  parser.on('closetag', () => {
    depth -= 1
    close()
  })
  parser.write(text.startsWith('\ufeff') ? text.slice(1) : text)
  parser.close()
}

function elementOf(tag: SaxesTagNS, line: number, column: number): XmlElement {
  const attributes = new Map<string, string>()
  for (const { uri, local, value } of Object.values(tag.attributes)) if (uri === '') attributes.set(local, value)
  return { namespace: tag.uri, name: tag.local, attributes, line, column, children: [] }
}

/** The root element with all below it. Text between elements is left out: the formats read here hold none. */
export function parseXml(text: string, file: string): XmlElement {
  const open: XmlElement[] = []
  let root: XmlElement | undefined
  scanXml(text, file, {
    open: (tag, line, column) => {
      const element = elementOf(tag, line, column)
      open.at(-1)?.children.push(element)
      root ??= element
      open.push(element)
    },
    close: () => open.pop(),
  })
  if (root === undefined) throw stop('syntax', file, 1, 1, 'the file has no element.')
  return root
}
