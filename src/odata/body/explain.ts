/**
 * The name of the check that refused a request, and the section of the specification (docs/spec/) it follows. A thrower
 * may name its check; else the name comes from what the error is about. Names are stable: people and tests look for
 * them.
 */
import type { AppError } from '#base/errors.ts'

/** Beginnings of names → sections; the longest counts. */
const sections: Readonly<Record<string, string>> = {
  address: 'protocol.md §1.1',
  batch: 'protocol.md §1.12',
  body: 'protocol.md §1.6',
  conflict: 'protocol.md §1.5',
  dependency: 'protocol.md §1.12',
  forbidden: 'protocol.md §1.5',
  gone: 'protocol.md §1.15',
  header: 'protocol.md §1.3',
  'header.if-match': 'protocol.md §1.8',
  'header.if-none-match': 'protocol.md §1.8',
  internal: 'protocol.md §1.5',
  'invalid.tooManyResultsRequested': 'protocol.md §1.5',
  notAcceptable: 'protocol.md §1.3',
  notAllowed: 'protocol.md §1.2',
  notFound: 'protocol.md §1.5',
  option: 'protocol.md §1.7',
  'option.deltatoken': 'protocol.md §1.15',
  'option.skiptoken': 'protocol.md §1.7',
  precondition: 'protocol.md §1.8',
  query: 'protocol.md §1.1',
  throttled: 'protocol.md §1.13',
  tooLarge: 'protocol.md §1.5',
  unauthenticated: 'protocol.md §1.3',
  unavailable: 'protocol.md §1.5',
  unsupported: 'protocol.md §1.5',
  unsupportedMedia: 'protocol.md §1.3',
}

const headerForm = /^[A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)*$/

/** Targets come from the request in part: of them only plain letters go on, and places in lists say nothing. */
function plain(text: string): string {
  return text
    .split('/')
    .filter((part) => !/^\d+$/.test(part))
    .join('.')
    .replace(/[^\w.@-]/g, '')
    .slice(0, 80)
}

function areaOf({ kind }: AppError): string {
  return kind === 'invalid' ? 'body' : kind
}

function nameOf(error: AppError): string {
  const { kind, facts } = error
  const { check, target, inner, code } = facts
  if (check !== undefined) return check
  if (target?.startsWith('$') === true || target?.startsWith('@') === true) return `option.${plain(target.slice(1))}`
  if (target !== undefined && headerForm.test(target)) return `header.${target.toLowerCase()}`
  if (target !== undefined) return `${areaOf(error)}.${plain(target)}`
  // The code of what an address may be at fault with (protocol.md §1.5).
  if (kind === 'invalid' && code === 'BadRequest') return 'address'
  const more = inner ?? code
  return more === undefined ? kind : `${kind}.${plain(more)}`
}

function sectionOf(name: string): string | undefined {
  for (let text = name; text !== ''; text = text.slice(0, Math.max(0, text.lastIndexOf('.')))) {
    if (Object.hasOwn(sections, text)) return sections[text]
  }
  return undefined
}

/** `option.filter; docs/spec/protocol.md 1.7`: the name, and page and section in the repository; printable ASCII, as headers need. */
export function explain(error: AppError): string {
  const name = nameOf(error)
  const section = error.facts.spec ?? sectionOf(name)
  return section === undefined ? name : `${name}; docs/spec/${section.replace('§', '')}`
}
