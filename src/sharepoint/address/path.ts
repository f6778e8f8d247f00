/**
 * A path below the term store → the address in Graph that it stands for, and what is there (exchange.md §13.2). Names are
 * the same in any case; keys are segments or stand in parentheses.
 */
import { AppError } from '#base/errors.ts'

export type Kind = 'store' | 'group' | 'set' | 'term' | 'relation'

interface Link {
  readonly to: Kind
  readonly many: boolean
  /** Its name in Graph. */
  readonly graph: string
  /** Which children are listed. Absent: they are none. */
  readonly listing?: 'strict' | 'natural'
  /** It takes no key. */
  readonly keyless?: true
  /** It is none of Graph's. */
  readonly own?: true
}

function many(to: Kind, graph: string, more: Pick<Link, 'listing' | 'keyless'> = {}): Link {
  return { to, many: true, graph, ...more }
}

function one(to: Kind, graph: string, more: Pick<Link, 'own'> = {}): Link {
  return { to, many: false, graph, ...more }
}

const sets = many('set', 'sets')
const groups = many('group', 'groups')
const children = many('term', 'children', { listing: 'strict' })
const natural = many('term', 'children', { listing: 'natural', keyless: true })
const relations = many('relation', 'relations')

const links: Readonly<Record<Kind, Readonly<Record<string, Link>>>> = {
  store: { groups, termgroups: groups, sets, termsets: sets, terms: many('term', 'terms') },
  group: { sets, termsets: sets },
  set: {
    parentgroup: one('group', 'parentGroup'),
    children,
    getlegacychildren: natural,
    terms: many('term', 'terms'),
    relations,
  },
  term: {
    children,
    terms: children,
    getlegacychildren: natural,
    relations,
    set: one('set', 'set'),
    parent: one('term', 'parent', { own: true }),
  },
  relation: { fromterm: one('term', 'fromTerm'), toterm: one('term', 'toTerm'), set: one('set', 'set') },
}

/** What an address stands for. */
export interface RestPath {
  readonly kind: Kind
  readonly many: boolean
  /** Below Graph's term store, encoded; the term itself where its parent is asked for. */
  readonly graph: string
  /** The path as contexts write it. */
  readonly shown: string
  /** Where the terms are looked at; undefined: in their home sets. */
  readonly setId: string | undefined
  /** The relation the path has passed last. */
  readonly relationId: string | undefined
  readonly listing: 'strict' | 'natural' | undefined
  readonly isParent: boolean
  /** The listing cannot be added to. */
  readonly readsOnly: boolean
}

interface Segment {
  readonly name: string
  /** Undefined: it has no parentheses; empty: it has empty ones. */
  readonly key: string | undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new AppError('invalid', `The address has a percent sequence that is none, in '${text.slice(0, 80)}'.`, {
      code: 'invalidRequest',
      check: 'sharepoint.address',
    })
  }
}

function segmentOf(raw: string): Segment {
  const text = decoded(raw)
  const open = text.indexOf('(')
  if (open < 1 || !text.endsWith(')')) return { name: text, key: undefined }
  const inner = text.slice(open + 1, -1)
  const isQuoted = inner.length > 1 && inner.startsWith("'") && inner.endsWith("'")
  return { name: text.slice(0, open), key: isQuoted ? inner.slice(1, -1).replaceAll("''", "'") : inner }
}

function nothingAt(shown: string, name: string, from: Kind): AppError {
  const known = [...new Set(Object.values(links[from]).map(({ graph }) => graph))]
  if (from === 'set' || from === 'term') known.push('getLegacyChildren')
  if (from === 'store') known.push('searchTerm(…)')
  return new AppError(
    'notFound',
    `Nothing is served at '${name.slice(0, 80)}' below ${shown}; there is ${known.toSorted().join(', ')}.`,
    { code: 'itemNotFound', check: 'sharepoint.address' },
  )
}

function withoutBraces(key: string): string {
  return /^\{[\da-f-]{36}\}$/i.test(key) ? key.slice(1, -1) : key
}

const root: RestPath = {
  kind: 'store',
  many: false,
  graph: '',
  shown: 'termStore',
  setId: undefined,
  relationId: undefined,
  listing: undefined,
  isParent: false,
  readsOnly: false,
}

function linkAt({ kind, many: isMany, isParent, shown }: RestPath, { name, key }: Segment): Link {
  const isThere = !isParent && !isMany && Object.hasOwn(links[kind], name.toLowerCase())
  const found = isThere ? links[kind][name.toLowerCase()] : undefined
  if (found === undefined || (key !== undefined && key !== '' && (!found.many || found.keyless === true)))
    throw nothingAt(shown, name, kind)
  return found
}

/** The set in which terms behind the link are looked at. */
function viewAfter(at: RestPath, link: Link, key: string | undefined): string | undefined {
  if (link.to !== 'set') return at.setId
  return link.many ? key?.toLowerCase() : undefined
}

function stepped(at: RestPath, link: Link, key: string | undefined): RestPath {
  const readsOnly = link.keyless === true
  const isMany = link.many && key === undefined
  const called = readsOnly ? 'getLegacyChildren' : link.graph
  return {
    kind: link.to,
    many: isMany,
    graph:
      link.own === true
        ? at.graph
        : `${at.graph}/${link.graph}${key === undefined ? '' : `/${encodeURIComponent(key)}`}`,
    shown: `${at.shown}/${called}${key === undefined ? '' : `('${encodeURIComponent(key)}')`}`,
    setId: viewAfter(at, link, key),
    relationId: link.to === 'relation' ? key : at.relationId,
    listing: isMany ? link.listing : undefined,
    isParent: link.own === true,
    readsOnly,
  }
}

/** `raw`: the path below the term store. Throws `notFound` and `invalid`. */
export function pathBelowStore(raw: string): RestPath {
  const segments = raw.split('/').filter((segment) => segment !== '')
  let at = root
  for (let next = 0; next < segments.length; next++) {
    const segment = segmentOf(segments[next] as string)
    const link = linkAt(at, segment)
    let { key } = segment
    if (key === undefined && link.many && link.keyless !== true && next + 1 < segments.length) {
      next += 1
      key = decoded(segments[next] as string)
    }
    at = stepped(at, link, key === undefined || key === '' ? undefined : withoutBraces(key))
  }
  return at
}
