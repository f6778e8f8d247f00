/** A store in memory for values behind secrets (codes, tokens, sessions). Only the hash of a secret is kept. */
import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '#base/clock.ts'

export interface SecretStore<T> {
  /** Returns a new secret for the value. */
  put(value: T, ttlSeconds: number): string
  /** Undefined for a secret that was never issued or has been evicted. */
  find(secret: string): { readonly value: T; readonly isExpired: boolean } | undefined
  remove(secret: string): void
  removeWhere(isMeant: (value: T) => boolean): void
}

function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

/** At `most` entries the oldest are evicted. Expired ones stay until then, so that they can be reported as expired. */
export function secretStore<T>(
  clock: Clock,
  most: number,
  mint = () => randomBytes(32).toString('base64url'),
): SecretStore<T> {
  const entries = new Map<string, { readonly value: T; readonly untilMs: number }>()
  return {
    put(value, ttlSeconds) {
      const secret = mint()
      entries.set(digest(secret), { value, untilMs: clock.now().getTime() + ttlSeconds * 1000 })
      if (entries.size > most) entries.delete(entries.keys().next().value as string)
      return secret
    },
    find(secret) {
      const entry = entries.get(digest(secret))
      return entry && { value: entry.value, isExpired: clock.now().getTime() >= entry.untilMs }
    },
    remove(secret) {
      entries.delete(digest(secret))
    },
    removeWhere(isMeant) {
      for (const [key, { value }] of entries) if (isMeant(value)) entries.delete(key)
    },
  }
}
