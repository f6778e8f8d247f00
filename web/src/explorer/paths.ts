/** What the OpenAPI documents say of an address: which template it fits, what may follow, what it asks for. Pure. */
import type { Method } from '../data/plan.ts'

export interface OpenApiOperation {
  readonly summary?: string
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly (OpenApiParameter | { readonly $ref: string })[]
}

interface OpenApiParameter {
  readonly name: string
  readonly in: string
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components?: { readonly parameters?: Readonly<Record<string, OpenApiParameter>> }
}

export const versions = ['v1.0', 'beta', '_relata'] as const
export type ApiVersion = (typeof versions)[number]

const methods: Readonly<Record<Method, string>> = {
  GET: 'get',
  POST: 'post',
  PATCH: 'patch',
  PUT: 'put',
  DELETE: 'delete',
}

function segmentsOf(path: string): readonly string[] {
  return (path.split('?')[0] ?? '').replace(/^\/+/, '').split('/')
}

function isParameter(segment: string): boolean {
  return /^\{.+\}$/.test(segment)
}

function fits(template: string, typed: string): boolean {
  return isParameter(template) ? typed !== '' : template.toLowerCase() === typed.toLowerCase()
}

/** The template of an address; one with fewer parameters comes before others. */
export function templateOf({ paths }: OpenApi, path: string): string | undefined {
  const typed = segmentsOf(path)
  const all = Object.keys(paths).filter((template) => {
    const parts = segmentsOf(template)
    return parts.length === typed.length && parts.every((part, at) => fits(part, typed[at] ?? ''))
  })
  return all.sort((a, b) => a.split('{').length - b.split('{').length)[0]
}

export function operationOf(document: OpenApi, method: Method, path: string): OpenApiOperation | undefined {
  const template = templateOf(document, path)
  if (template === undefined) return undefined
  return document.paths[template]?.[methods[method]] as OpenApiOperation | undefined
}

/** Sets of permissions, one of which has to be in the token. */
export function permissionsOf({ security = [] }: OpenApiOperation): readonly (readonly string[])[] {
  return security.flatMap((one) => Object.values(one))
}

/** Whether one of the sets is held whole. */
export function isPermitted(wanted: readonly (readonly string[])[], held: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((set) => set.every((name) => held.includes(name)))
}

const mostHits = 12

/** Names of options of the query that the operation takes and that are not there yet. */
function optionsAfter(document: OpenApi, method: Method, path: string): readonly string[] {
  const [, before = '', last = ''] = /^(.*[?&])([^?&]*)$/.exec(path) ?? []
  const { parameters = [] } = operationOf(document, method, path) ?? {}
  const known = parameters.map((one) =>
    '$ref' in one ? document.components?.parameters?.[one.$ref.split('/').at(-1) ?? ''] : one,
  )
  return known.flatMap((one) => {
    const isNew = one?.in === 'query' && !before.includes(`${one.name}=`)
    return isNew && one.name.startsWith(last) ? [`${before}${one.name}=`] : []
  })
}

/** Addresses that go on from what is typed, one segment or one option of the query further, the typed ids kept. */
export function completions(document: OpenApi, path: string, method: Method = 'GET'): readonly string[] {
  if (path.includes('?')) return optionsAfter(document, method, path)
  const { paths } = document
  const typed = segmentsOf(path)
  const before = typed.slice(0, -1)
  const last = (typed.at(-1) ?? '').toLowerCase()
  const found = new Set<string>()
  for (const template of Object.keys(paths)) {
    const parts = segmentsOf(template)
    const next = parts[before.length]
    if (next === undefined || !before.every((part, at) => fits(parts[at] ?? '', part))) continue
    // An id that is typed whole leads on to what is below it.
    const isId = isParameter(next) && last !== ''
    if (isId || next.toLowerCase() === last) {
      const below = parts[before.length + 1]
      if (below !== undefined) found.add(`/${[...before, typed.at(-1), below].join('/')}`)
    } else if (next.toLowerCase().startsWith(last)) found.add(`/${[...before, next].join('/')}`)
  }
  return [...found].sort((a, b) => a.length - b.length || a.localeCompare(b)).slice(0, mostHits)
}
