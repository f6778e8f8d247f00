/** What signing in needs to know of tenants and applications, as a port; and the keeping of client secrets. */
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import type { Clock } from '#base/clock.ts'

export interface DirectoryTenant {
  readonly id: string
  readonly domain: string
}

export interface DirectoryApplication {
  /** Client id. */
  readonly id: string
  /** As `hashSecret` made it. */
  readonly secretHash: string
  /** Permissions granted in this tenant. */
  readonly appRoles: readonly string[]
}

export interface Directory {
  /** By GUID or by domain, both without regard to case. */
  findTenant(idOrDomain: string): Promise<DirectoryTenant | undefined>
  /** `appId` in lower case. */
  findApplication(tenantId: string, appId: string): Promise<DirectoryApplication | undefined>
}

/** log2 of scrypt's N. Low on purpose: these secrets are made for machines, and tests sign in often. */
const cost = 12

const derive = (secret: string, salt: Buffer, log2: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(secret, salt, 32, { N: 2 ** log2, r: 8, p: 1 }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })

/** `scrypt$<log2 N>$<salt>$<hash>`, both base64url. */
export const hashSecret = async (secret: string): Promise<string> => {
  const salt = randomBytes(16)
  const key = await derive(secret, salt, cost)
  return `scrypt$${cost}$${salt.toString('base64url')}$${key.toString('base64url')}`
}

const hashForm = /^scrypt\$(\d{1,2})\$([\w-]+)\$([\w-]+)$/

/** False also for a hash it cannot read. */
export const checkSecret = async (secret: string, secretHash: string): Promise<boolean> => {
  const [, log2, salt, hash] = hashForm.exec(secretHash) ?? []
  if (log2 === undefined || salt === undefined || hash === undefined || Number(log2) > 16) return false
  const known = Buffer.from(hash, 'base64url')
  const key = await derive(secret, Buffer.from(salt, 'base64url'), Number(log2))
  return known.length === key.length && timingSafeEqual(known, key)
}

const rememberedMs = 60_000
const rememberedMost = 100

/** `checkSecret` that remembers a success for a minute, so that clients which sign in for each call stay quick. */
export const rememberingCheck = (clock: Clock): typeof checkSecret => {
  const salt = randomBytes(16)
  const until = new Map<string, number>()
  return async (secret, secretHash) => {
    const key = createHash('sha256').update(salt).update(secretHash).update('\0').update(secret).digest('base64')
    const now = clock.now().getTime()
    if ((until.get(key) ?? 0) > now) return true
    if (!(await checkSecret(secret, secretHash))) return false
    if (until.size >= rememberedMost) until.clear()
    until.set(key, now + rememberedMs)
    return true
  }
}
