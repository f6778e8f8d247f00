/** Which format a file has: exchange.md §2.2. The caller's word wins, then the extension, then the content. */
import { csvKind } from '../csv/columns.ts'
import { fault, type ImportFault } from '../faults.ts'

export const formats = [
  ...['sharepoint-csv', 'wide-csv', 'pnp-text', 'pnp-xml', 'json', 'jsonl', 'pnp-json', 'names-json'],
  ...['turtle', 'rdf-xml', 'json-ld'],
] as const

export type FormatName =
  | 'sharepoint-csv'
  | 'wide-csv'
  | 'pnp-text'
  | 'pnp-xml'
  | 'json'
  | 'jsonl'
  | 'pnp-json'
  | 'names-json'
  | 'turtle'
  | 'rdf-xml'
  | 'json-ld'

/** Extensions of one format only; `csv`, `txt`, `json` and `xml` are of several. */
const byExtension: Readonly<Record<string, FormatName>> = {
  ttl: 'turtle',
  nt: 'turtle',
  rdf: 'rdf-xml',
  owl: 'rdf-xml',
  jsonld: 'json-ld',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
}

function jsonFormat(text: string): FormatName | undefined {
  if (/"@(?:context|graph)"\s*:/.test(text)) return 'json-ld'
  const [line = ''] = text.split(/\r\n|\n|\r/, 1)
  const isOurs = /"format"\s*:\s*"relata-taxonomy\//.test(text)
  if (isOurs) return /"as"\s*:\s*"lines"/.test(line) ? 'jsonl' : 'json'
  if (/"(?:termGroups|termSets)"\s*:/i.test(text)) return 'pnp-json'
  return text.startsWith('[') ? 'names-json' : undefined
}

function xmlFormat(text: string): FormatName | undefined {
  const root = /<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]/.exec(
    text.replace(/^<\?xml[^>]*\?>/, '').replace(/<!--[\s\S]*?-->/g, ''),
  )
  if (/"http:\/\/schemas\.dev\.office\.com\/PnP\/20\d\d\/\d\d\/ProvisioningSchema"/.test(text)) return 'pnp-xml'
  if (root?.[2] === 'RDF' || text.includes('http://www.w3.org/2004/02/skos/core')) return 'rdf-xml'
  return undefined
}

const comments = /^(?:\s|#[^\n]*\n)+/
const turtle = /^(?:@prefix|@base|prefix\s|base\s|<[^<>\s]*>\s+(?:a\s|<|[A-Za-z][\w-]*:)|_:)/i

/** The id of a group that stands alone in its line. */
const segmentId = /;#\{?[0-9a-f]{8}-[0-9a-f-]{27}/i

/** Long files are known by their beginning. */
const looked = 65_536

function byContent(text: string): FormatName | undefined {
  const begin = text.slice(0, looked).trimStart()
  if (begin.startsWith('{') || begin.startsWith('[')) return jsonFormat(begin)
  if (turtle.test(begin.replace(comments, ''))) return 'turtle'
  if (begin.startsWith('<')) return xmlFormat(begin)
  const csv = csvKind(text)
  if (csv !== undefined) return csv
  const [line = ''] = begin.split(/\r\n|\n|\r/, 1)
  return line.includes('|') || segmentId.test(line) ? 'pnp-text' : undefined
}

function extensionOf(file: string): string {
  return /\.([A-Za-z0-9]+)$/.exec(file)?.[1]?.toLowerCase() ?? ''
}

/** `said`: the format that the caller names. */
export function detectFormat(text: string, file: string, said?: string): FormatName | ImportFault {
  const known = formats.find((name) => name === said)
  if (known !== undefined) return known as FormatName
  const at = { file, line: 1, path: '' }
  if (said !== undefined) return fault('format-unknown', at, `'${said}' is no format: ${formats.join(', ')}.`)
  const found = byExtension[extensionOf(file)] ?? byContent(text)
  if (found !== undefined) return found
  const tried =
    'JSON, JSON-LD, PnP XML, RDF/XML, Turtle, CSV with a column "Term Set Name", PnP text with | between names'
  // Files of a folder: exchange.md §7.3.
  const how =
    /^\s*\{/.test(text) && /"(?:children|localizedNames|displayName|format)"\s*:/.test(text)
      ? 'A file of a folder that pull wrote is read with the others: --dir names the folder.'
      : 'Name the format with --format. Columns of a CSV with another header have to be named as those of SharePoint’s.'
  return fault('format-unknown', at, `${file} is none of: ${tried}. ${how}`)
}
