/** `GET /_relata/info`: what this server is and what it has, for pages and tools, which hide what `features` does not list. */
import { type AddressHandler, jsonAnswer } from '#base/own-address.ts'
import { ownAddresses } from '../addresses.ts'
import { byMethod, parametersIn } from '../request.ts'

/** A client of an issuer, as a page needs it. */
export interface PageProvider {
  readonly name: string
  readonly kind: 'entra' | 'oidc'
  readonly authority: string
  readonly clientId: string
  readonly scopes: readonly string[]
}

export interface ServerInfo {
  readonly version: string
  readonly store: string
  /** `enforce`, `warn` or `off`. */
  readonly auth: string
  /** Only what Graph itself has below `/v1.0` and `/beta`. */
  readonly strict: boolean
  /** Whether it has an issuer of its own. */
  readonly signIn: boolean
  /** The world of the request; absent in a registry, which has none. */
  readonly world?: string
  /** The catalogue of built-in roles: the day of its list. */
  readonly roles?: { readonly asOf: string }
  /** Where the pages send people to sign in. */
  readonly providers?: readonly PageProvider[]
}

export interface InfoParts {
  readonly info: () => Promise<ServerInfo>
  readonly registry: boolean
  /** Whether other processes serve the same rows at the moment; absent: none does. */
  readonly isShared?: () => Promise<boolean>
}

interface FeatureFacts {
  readonly registry: boolean
  readonly canMoveClock: boolean
  readonly signIn: boolean
}

/** The names of the addresses below `/_relata` that this mode has; `clock-move` and `sign-in` have no address of their own. */
function featuresOf({ registry, canMoveClock, signIn }: FeatureFacts): string[] {
  const served = ownAddresses.filter((row) => (registry ? row.registry : row.standIn) !== undefined)
  const names = served.flatMap(({ template }) => /^\/_relata\/([a-z-]+)/.exec(template)?.[1] ?? [])
  const more = [...(canMoveClock ? ['clock-move'] : []), ...(signIn ? ['sign-in'] : [])]
  return [...new Set([...names, ...more])].sort()
}

export function infoHandler({ info, registry, isShared = async () => false }: InfoParts): AddressHandler {
  return byMethod({
    GET: async ({ query }) => {
      parametersIn(query, [])
      const facts = await info()
      const features = featuresOf({ registry, canMoveClock: !registry && !(await isShared()), signIn: facts.signIn })
      return jsonAnswer({ mode: registry ? 'registry' : 'stand-in', ...facts, features })
    },
  })
}
