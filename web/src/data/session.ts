/**
 * In whose name the pages ask, in which world: kept for this tab. Everything that is cached begins with it, so that nothing
 * of another person or world can show.
 */
import { useSyncExternalStore } from 'react'
import { hasTexts, keep, kept } from '../kit/kept.ts'

export interface Caller {
  readonly kind: 'user' | 'app'
  /** Sign-in name of a person, client id of an application. */
  readonly id: string
  readonly name: string
}

export interface Acting {
  readonly tenant: { readonly id: string; readonly name: string; readonly domain: string }
  readonly caller: Caller
}

export interface SignInProvider {
  readonly name: string
  readonly kind: 'entra' | 'oidc'
  readonly authority: string
  readonly clientId: string
  readonly scopes: readonly string[]
}

export interface ServerInfo {
  readonly mode: 'stand-in' | 'registry'
  readonly version: string
  readonly store: string
  readonly auth: string
  readonly strict: boolean
  readonly signIn: boolean
  readonly world: string
  readonly features: readonly string[]
  /** Where people of a registry sign in. */
  readonly providers?: readonly SignInProvider[]
}

export interface Session {
  readonly info: ServerInfo
  readonly world: string
  readonly acting: Acting | undefined
}

const storageKey = 'relata.acting'

let session: Session | undefined
const listeners = new Set<() => void>()

function told(): void {
  for (const listener of listeners) listener()
}

export function worldInAddress(): string {
  const name = new URLSearchParams(location.search).get('world') || 'default'
  // Other signs cannot be in a header; there is no world of such a name.
  return /^[!-~]+$/.test(name) ? name : encodeURIComponent(name)
}

function rememberedActing(): Acting | undefined {
  const value = kept('tab', storageKey) as { readonly world: string; readonly acting: Acting } | null
  const isWhole = hasTexts(
    value,
    'world',
    ...['tenant.id', 'tenant.name', 'tenant.domain', 'caller.kind', 'caller.id', 'caller.name'].map(
      (path) => `acting.${path}`,
    ),
  )
  return isWhole && value?.world === worldInAddress() ? value.acting : undefined
}

/** `acting`: who it is when this tab does not remember anybody of a tenant that there is. */
export function beginSession(info: ServerInfo, acting: Acting | undefined, tenantIds: readonly string[] = []): void {
  const remembered = rememberedActing()
  const isThere = remembered !== undefined && tenantIds.includes(remembered.tenant.id)
  session = { info, world: worldInAddress(), acting: isThere ? remembered : acting }
  told()
}

export function currentSession(): Session {
  if (session === undefined) throw new Error('The session has not begun.')
  return session
}

export function actAs(acting: Acting): void {
  const { info, world } = currentSession()
  session = { info, world, acting }
  keep('tab', storageKey, { world, acting })
  told()
}

/** Whoever this tab remembers is not there any more: it begins with somebody else when it is loaded again. */
export function forgetActing(): void {
  keep('tab', storageKey, undefined)
}

/** Nobody acts any more. */
export function actAsNobody(): void {
  const { info, world } = currentSession()
  session = { info, world, acting: undefined }
  keep('tab', storageKey, undefined)
  told()
}

export function useSession(): Session {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, currentSession)
}

/** Whether the server has something; what it lacks is not shown. */
export function useFeature(name: string): boolean {
  return useSession().info.features.includes(name)
}

/** How the keys of everything that is cached begin. `acting`: where it is not the one of the page, as with two sides. */
export function scopeKey(acting = currentSession().acting): readonly [string, string, string] {
  return [currentSession().world, acting?.tenant.id ?? '', acting?.caller.id ?? '']
}
