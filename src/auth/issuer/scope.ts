/** Parses the requested scopes: `scope` of version 2, `resource` of version 1. Knows no directory. */
import { withoutLastSlashes } from '#base/text/slashes.ts'
import { Refused, refusals } from './oauth-error.ts'

/** Scopes of OpenID Connect itself; they belong to no resource. */
export const openidScopes = ['openid', 'profile', 'email', 'offline_access'] as const
export type OpenidScope = (typeof openidScopes)[number]

export interface Wanted {
  /** As written, without a trailing slash; undefined: none was named, so it is Graph. */
  readonly resource: string | undefined
  /** Without the resource; `.default` among them. */
  readonly names: readonly string[]
  readonly openid: ReadonlySet<OpenidScope>
  /** As requested, to be repeated in the answer. */
  readonly asked: readonly string[]
}

export const anything = '.default'

const uriForm = /^[a-z][a-z\d+.-]*:\/\/[^\s/][^\s]*$/i
const guidForm = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i
const nameForm = /^[\w.$-]+$/

function isResource(text: string): boolean {
  return uriForm.test(text) || guidForm.test(text)
}

/** The resource and the name of one value; a bare name has no resource. Throws `badScope`. */
function splitScope(value: string): { resource: string | undefined; name: string } {
  const slash = value.lastIndexOf('/')
  const resource = slash < 0 ? undefined : withoutLastSlashes(value.slice(0, slash))
  const name = value.slice(slash + 1)
  if (!nameForm.test(name) || (resource !== undefined && !isResource(resource)))
    throw new Refused(refusals.badScope(value))
  return { resource, name }
}

function isOpenid(name: string): name is OpenidScope {
  return (openidScopes as readonly string[]).includes(name)
}

function valuesIn(text: string): string[] {
  return text.split(/\s+/).filter((value) => value !== '')
}

/** The values of `scope` without those of OpenID Connect, each once. */
export function scopesOfResources(text: string): string[] {
  const values = valuesIn(text).filter((value) => !isOpenid(value.toLowerCase()))
  const first = new Map<string, string>()
  for (const value of values) if (!first.has(value.toLowerCase())) first.set(value.toLowerCase(), value)
  return [...first.values()]
}

/** Throws `badScope`, or `severalResources`. */
export function parseScope(text: string): Wanted {
  const asked = valuesIn(text)
  const openid = new Set<OpenidScope>()
  const names: string[] = []
  const resources = new Set<string>()
  let resource: string | undefined
  let isBare = false
  for (const value of asked) {
    const plain = value.toLowerCase()
    if (isOpenid(plain)) {
      openid.add(plain)
      continue
    }
    const part = splitScope(value)
    if (part.resource === undefined) isBare = true
    else {
      resource ??= part.resource
      resources.add(part.resource.toLowerCase())
    }
    names.push(part.name)
  }
  if (resources.size > 1) throw new Refused(refusals.severalResources())
  return { resource: isBare && resource === undefined ? undefined : resource, names, openid, asked }
}

/** Version 1 names a resource and gets everything that is granted there. */
export function parseResource(resource: string | undefined, scope: string): Wanted {
  const named = resource === undefined ? undefined : withoutLastSlashes(resource.trim())
  if (named !== undefined && !isResource(named)) throw new Refused(refusals.invalidValue('resource'))
  const { openid } = parseScope(
    valuesIn(scope)
      .filter((value) => isOpenid(value.toLowerCase()))
      .join(' '),
  )
  // An answer of version 1 always has an id token and a refresh token.
  return {
    resource: named,
    names: [anything],
    openid: new Set<OpenidScope>([...openid, 'openid', 'profile', 'offline_access']),
    asked: [],
  }
}
