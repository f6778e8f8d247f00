/** Settings of who may do what: how strictly it is asked, and whose tokens are taken. */
import { readFileSync } from 'node:fs'
import type { OutsideIssuer } from '#auth/outside/outside-issuer.ts'
import { parseOutsideIssuers } from '#auth/outside/outside-settings.ts'
import { oneOf, setting, truth } from '#base/setting.ts'

export const authModes = ['off', 'warn', 'enforce'] as const
export type AuthMode = (typeof authModes)[number]

function textIn(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`cannot be read: ${(error as Error).message}`)
  }
}

function isJson(text: string): boolean {
  return /^\s*[[{]/.test(text)
}

/** JSON itself, so that it fits a variable, or a file of it. */
function issuers(text: string): readonly OutsideIssuer[] {
  return parseOutsideIssuers(isJson(text) ? text : textIn(text))
}

const none: readonly OutsideIssuer[] = []

export const authFlags = {
  auth: setting(
    '--auth <mode>',
    'off: require no token; warn: allow everything, and log what enforce would refuse; enforce',
    'enforce' as const,
    oneOf(...authModes),
  ),
  issuers: setting(
    '--issuers <file or JSON>',
    'OpenID Connect issuers whose tokens are accepted as well',
    none,
    issuers,
    {
      shape: {
        anyOf: [{ type: 'string', minLength: 1 }, { type: 'object' }, { type: 'array', items: { type: 'object' } }],
      },
      isPath: (text) => !isJson(text),
    },
  ),
  siteScopes: setting(
    '--site-scopes',
    'let tokens with Sites.* or AllSites.* read the term store at /_api, as in SharePoint',
    false,
    truth,
  ),
  openRegistry: setting('--open-registry', 'allow --auth off or warn together with --registry', false, truth),
} as const

/** What does not go together. */
export function authConflict(values: {
  readonly auth: AuthMode
  readonly registry: boolean
  readonly openRegistry: boolean
}): string[] {
  return values.registry && values.auth !== 'enforce' && !values.openRegistry
    ? [`--auth ${values.auth} gives everybody access to a registry; add --open-registry if that is intended`]
    : []
}
