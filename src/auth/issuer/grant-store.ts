/**
 * Authorization codes, refresh tokens and device codes. In memory: a restart signs everybody out, which costs a click and
 * avoids storing such secrets.
 */
import { createHash, randomInt } from 'node:crypto'
import type { Clock } from '#base/clock.ts'
import type { Account } from '../directory/directory.ts'
import { isSame } from '../equal.ts'
import { secretStore } from '../secret-store.ts'
import type { ClientKind } from './client.ts'
import { need, Refused, refusals } from './oauth-error.ts'
import type { Wanted } from './scope.ts'

/** The codes and tokens of one sign-in; revoked together when one of them is used twice. */
export interface Family {
  isRevoked: boolean
}

export interface SignInGrant {
  readonly account: Account
  /** In lower case. */
  readonly clientId: string
  readonly kind: ClientKind
  readonly wanted: Wanted
}

export interface CodeGrant extends SignInGrant {
  readonly tenantId: string
  readonly redirectUri: string
  readonly nonce: string | undefined
  readonly challenge: { readonly value: string; readonly method: 'S256' | 'plain' } | undefined
}

export interface Redemption {
  readonly redirectUri: string | undefined
  readonly verifier: string | undefined
}

const codeSeconds = 600
const refreshSeconds = 90 * 86_400
const spaSeconds = 86_400
/** A client that requests tokens of two resources at the same time sends one refresh token twice. Later it is theft. */
const reuseSeconds = 60
const deviceSeconds = 900
const most = 20_000

function checkVerifier({ challenge, kind }: CodeGrant, verifier: string | undefined): void {
  if (challenge === undefined) {
    if (kind === 'spa') throw new Refused(refusals.pkceNeeded())
    // RFC 9700, 4.8.2: somebody has taken the challenge out of the authorization request.
    if (verifier !== undefined) throw new Refused(refusals.wrongVerifier())
    return
  }
  if (verifier === undefined || verifier === '') throw new Refused(refusals.noVerifier())
  const given = challenge.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url')
  if (!isSame(given, challenge.value)) throw new Refused(refusals.wrongVerifier())
}

interface CodeEntry {
  readonly grant: CodeGrant
  readonly family: Family
  isRedeemed: boolean
}

interface RefreshEntry {
  readonly grant: SignInGrant
  readonly family: Family
  /** For single-page applications: no successor lives longer. */
  readonly endsMs: number | undefined
  usedMs?: number
}

export interface DeviceEntry {
  readonly clientId: string
  /** Undefined: any. */
  readonly tenantId: string | undefined
  readonly wanted: Wanted
  state: 'pending' | 'declined' | 'redeemed' | Account
  intervalSeconds: number
  polledMs?: number
}

export interface GrantStore {
  putCode(grant: CodeGrant): string
  /** The grant of a code, without redeeming it. Throws `malformedGrant`, `codeExpired`, `codeRedeemed`. */
  peekCode(code: string): CodeGrant
  /** Redeems it. Throws for another redirect URI or a wrong verifier. */
  takeCode(code: string, by: Redemption): Family
  putRefresh(grant: SignInGrant, family: Family, after?: string): string
  /** Throws `malformedGrant`, `refreshExpired`, `refreshEnded`, `revoked`. */
  peekRefresh(token: string): { readonly grant: SignInGrant; readonly family: Family }
  /** Marks it as used: it has a successor. */
  useRefresh(token: string): void
  putDevice(facts: Pick<DeviceEntry, 'clientId' | 'tenantId' | 'wanted'>): { deviceCode: string; userCode: string }
  /** The pending sign-in of this user code; undefined where there is none. */
  findDevice(userCode: string): DeviceEntry | undefined
  /** The account that signed in. Until then it throws the answer to a poll. */
  pollDevice(deviceCode: string, clientId: string): { readonly entry: DeviceEntry; readonly account: Account }
  /** Ends what was granted in the tenant, and to its people elsewhere. */
  readonly forget: ForgetTenant
}

/** Of a tenant that was removed: another one may be added with its id. */
export type ForgetTenant = (tenantId: string) => void

export const deviceFacts = { seconds: deviceSeconds, interval: 5 } as const

/** Letters and digits that are not confused with others. */
const alphabet = 'BCDFGHJKLMNPQRSTVWXYZ23456789'

function userCode(): string {
  return Array.from({ length: 9 }, () => alphabet[randomInt(alphabet.length)]).join('')
}

export function plainUserCode(text: string): string {
  return text.replace(/[\s-]/g, '').toUpperCase()
}

export function grantStore(clock: Clock): GrantStore {
  const codes = secretStore<CodeEntry>(clock, most)
  const refreshTokens = secretStore<RefreshEntry>(clock, most * 5)
  const nowMs = (): number => clock.now().getTime()

  const needCode = (code: string): CodeEntry => {
    const { value: entry, isExpired } = need(codes.find(code), refusals.malformedGrant)
    if (entry.isRedeemed) {
      // RFC 6749, 4.1.2: a code that is used twice revokes the tokens of its first use.
      entry.family.isRevoked = true
      throw new Refused(refusals.codeRedeemed())
    }
    if (isExpired) throw new Refused(refusals.codeExpired())
    return entry
  }

  const { forget: forgetDevices, ...devices } = deviceCodes(clock)
  return {
    putCode: (grant) => codes.put({ grant, family: { isRevoked: false }, isRedeemed: false }, codeSeconds),
    peekCode: (code) => needCode(code).grant,
    takeCode: (code, { redirectUri, verifier }) => {
      const entry = needCode(code)
      const { grant } = entry
      if (redirectUri !== grant.redirectUri)
        throw new Refused(refusals.otherRedirect(redirectUri ?? '', grant.redirectUri))
      checkVerifier(grant, verifier)
      entry.isRedeemed = true
      return entry.family
    },

    putRefresh: (grant, family, after) => {
      const before = after === undefined ? undefined : refreshTokens.find(after)?.value
      const endsMs = grant.kind === 'spa' ? (before?.endsMs ?? nowMs() + spaSeconds * 1000) : undefined
      const seconds = endsMs === undefined ? refreshSeconds : (endsMs - nowMs()) / 1000
      return refreshTokens.put({ grant, family, endsMs }, seconds)
    },
    peekRefresh: (token) => {
      const { value: entry, isExpired } = need(refreshTokens.find(token), refusals.malformedGrant)
      const { grant, family, usedMs } = entry
      if (family.isRevoked) throw new Refused(refusals.revoked())
      if (isExpired) throw new Refused(grant.kind === 'spa' ? refusals.refreshEnded() : refusals.refreshExpired())
      if (usedMs !== undefined && nowMs() - usedMs > reuseSeconds * 1000) {
        family.isRevoked = true
        throw new Refused(refusals.revoked())
      }
      return { grant, family }
    },
    useRefresh: (token) => {
      const entry = refreshTokens.find(token)?.value
      if (entry !== undefined) entry.usedMs ??= nowMs()
    },
    ...devices,
    forget: (tenantId) => {
      codes.removeWhere(({ grant }) => grant.tenantId === tenantId || grant.account.tenantId === tenantId)
      refreshTokens.removeWhere(({ grant }) => grant.account.tenantId === tenantId)
      forgetDevices(tenantId)
    },
  }
}

/** Sign-ins of devices, by device code and by user code. */
function deviceCodes(clock: Clock): Pick<GrantStore, 'putDevice' | 'findDevice' | 'pollDevice' | 'forget'> {
  const devices = secretStore<DeviceEntry>(clock, most)
  const userCodes = secretStore<DeviceEntry>(clock, most, userCode)
  const nowMs = (): number => clock.now().getTime()
  return {
    putDevice: (facts) => {
      const entry: DeviceEntry = { ...facts, state: 'pending', intervalSeconds: deviceFacts.interval }
      return {
        deviceCode: devices.put(entry, deviceSeconds),
        userCode: userCodes.put(entry, deviceSeconds),
      }
    },
    findDevice: (code) => {
      const found = userCodes.find(plainUserCode(code))
      return found === undefined || found.isExpired || found.value.state !== 'pending' ? undefined : found.value
    },
    pollDevice: (deviceCode, clientId) => {
      const { value: entry, isExpired } = need(devices.find(deviceCode), refusals.deviceUnknown)
      if (entry.clientId !== clientId) throw new Refused(refusals.otherClient())
      const { state, polledMs, intervalSeconds } = entry
      if (state === 'redeemed') throw new Refused(refusals.codeRedeemed())
      if (isExpired) throw new Refused(refusals.deviceExpired())
      if (state === 'declined') throw new Refused(refusals.deviceDeclined())
      if (state === 'pending') {
        entry.polledMs = nowMs()
        // One second of tolerance: clients count from when they got the answer.
        const isEarly = polledMs !== undefined && nowMs() - polledMs < (intervalSeconds - 1) * 1000
        if (!isEarly) throw new Refused(refusals.pending())
        // RFC 8628, 3.5: the interval grows by five seconds.
        entry.intervalSeconds += 5
        throw new Refused(refusals.slowDown())
      }
      return { entry, account: state }
    },
    forget: (tenantId) => {
      const isOf = ({ tenantId: named, state }: DeviceEntry): boolean =>
        named === tenantId || (typeof state === 'object' && state.tenantId === tenantId)
      devices.removeWhere(isOf)
      userCodes.removeWhere(isOf)
    },
  }
}
