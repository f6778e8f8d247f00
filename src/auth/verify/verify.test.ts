import { type CryptoKey, generateKeyPair, SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { fixedClock } from '#base/clock.ts'
import type { Directory } from '../directory/directory.ts'
import { loadKeys } from '../issuer/keys.ts'
import { createVerify, denials } from './verify.ts'

const tenantId = '11111111-0000-4000-8000-000000000001'
const start = new Date('2026-01-01T00:00:00Z')
const startSeconds = start.getTime() / 1000
const keys = loadKeys()
let lookups = 0
const directory: Directory = {
  findTenant: async (id) => {
    lookups += 1
    return id === tenantId ? { id, domain: 'one.example' } : undefined
  },
  findApplication: async () => undefined,
}

const usual = {
  aud: 'https://graph.microsoft.com',
  iss: `https://localhost:1/${tenantId}/v2.0`,
  nbf: startSeconds,
  exp: startSeconds + 3600,
  tid: tenantId,
  appid: 'app',
  oid: 'person',
  idtyp: 'app',
  roles: ['A.Read', 'B.Write'],
}

let signed: (claims: object, header?: object) => Promise<string>
beforeAll(async () => {
  const { privateKey, keyId } = await keys.current()
  signed = async (claims, header = {}) => {
    const all: Record<string, unknown> = { ...usual, ...claims }
    const present = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
    const token = new SignJWT(present).setProtectedHeader({ alg: 'RS256', kid: keyId, ...header })
    return `Bearer ${await token.sign(privateKey)}`
  }
})

function verifier() {
  const clock = fixedClock(start)
  return { clock, verify: createVerify({ directory, keys, clock }) }
}

describe('a good token', () => {
  it('speaks for an application with its roles', async () => {
    const { actor } = await verifier().verify(await signed({ scp: undefined }))
    expect(actor).toEqual({ kind: 'app', tenantId, appId: 'app', permissions: new Set(['A.Read', 'B.Write']) })
  })

  it.each([
    [{ scp: 'C.Read  D.Read' }, ['C.Read', 'D.Read']],
    [{ idtyp: undefined, scp: 'C.Read' }, ['C.Read']],
    [{ idtyp: 'user', scp: '' }, []],
    [{ idtyp: undefined, scp: ' ' }, []],
  ])('speaks for a person when it says %j', async (claims, permissions) => {
    const { actor } = await verifier().verify(await signed(claims))
    expect(actor).toMatchObject({ kind: 'user', userId: 'person', permissions: new Set(permissions) })
  })

  it.each([
    { aud: 'https://graph.microsoft.com/' },
    { aud: '00000003-0000-0000-c000-000000000000' },
    { aud: ['x', 'https://graph.microsoft.com'] },
    { iss: `http://other.example/${tenantId.toUpperCase()}/v2.0`, tid: tenantId.toUpperCase() },
    { nbf: startSeconds + 20 },
    { exp: startSeconds - 20 },
    { appid: undefined, azp: 'app' },
    { roles: 'not a list' },
  ])('may say %j', async (claims) => {
    expect(await verifier().verify(await signed(claims))).toMatchObject({ actor: { tenantId, appId: 'app' } })
  })

  it('says the roles of its bearer, and where somebody comes from who is here by delegation', async () => {
    const home = '22222222-0000-4000-8000-000000000002'
    const actorOf = async (claims: object) =>
      (await verifier().verify(await signed({ idtyp: undefined, scp: 'C.Read', ...claims }))).actor
    expect(await actorOf({ wids: ['a', 'b'] })).toEqual({
      kind: 'user',
      tenantId,
      appId: 'app',
      userId: 'person',
      permissions: new Set(['C.Read']),
      roles: new Set(['a', 'b']),
    })
    const away = { homeTenantId: home, roles: new Set(['a']) }
    expect(await actorOf({ wids: ['a'], idp: `https://sts.windows.net/${home}/` })).toMatchObject(away)
    expect(await actorOf({ wids: ['a'], idp: `https://sts.windows.net/${home.toUpperCase()}` })).toMatchObject(away)
    expect(await actorOf({ idp: `https://sts.windows.net/${home}/` })).toMatchObject({ roles: new Set() })
    for (const idp of [`https://sts.windows.net/${tenantId}/`, 'https://other.example/', 'live.com', 1])
      expect(await actorOf({ idp })).not.toHaveProperty('homeTenantId')
  })

  it('is looked at once and then known until it expires', async () => {
    const { verify, clock } = verifier()
    const header = await signed({})
    const first = await verify(header)
    const before = lookups
    expect(verify(header)).toBe(first)
    expect(verify('Bearer x')).toMatchObject({ denial: denials.malformed })
    expect(verify(header)).toBe(first)
    expect(lookups).toBe(before)
    clock.set(new Date(start.getTime() + 3_700_000))
    expect(await verify(header)).toMatchObject({ denial: denials.expired })
  })

  it('is not remembered when it is only asked about', async () => {
    const { verify } = verifier()
    const header = await signed({})
    expect(await verify.once(header.slice(7))).toHaveProperty('actor')
    expect(await verify.once('x')).toMatchObject({ denial: denials.malformed })
    const before = lookups
    expect(await verify(header)).toHaveProperty('actor')
    expect(lookups).toBe(before + 1)
  })

  it.each(['bearer ', 'BEARER   '])('may be announced by %j', async (scheme) => {
    expect(await verifier().verify((await signed({})).replace('Bearer ', scheme))).toHaveProperty('actor')
  })
})

it('names its bearer for people', async () => {
  const { verify } = verifier()
  const app = { upn: 'x', app_displayname: 'Daemon' }
  expect(await verify(await signed(app))).toMatchObject({ actor: { kind: 'app', name: 'Daemon' } })
  const person = { ...app, idtyp: 'user', scp: 'A', upn: 'tara@one.example' }
  expect(await verify(await signed(person))).toMatchObject({ actor: { kind: 'user', name: 'tara@one.example' } })
})

describe('a bad token', () => {
  it.each([
    [undefined, denials.empty],
    ['', denials.empty],
    ['Bearer', denials.empty],
    ['Bearer   ', denials.empty],
    ['Basic YTpi', denials.empty],
    ['Bearer x', denials.malformed],
    ['Bearer a.b.c', denials.malformed],
    ['Bearer ..', denials.malformed],
    ['Bearer a b.c.d', denials.malformed],
    ['Bearer \u00e9.\u00e9.\u00e9', denials.malformed],
    [`Bearer ${'a.'.repeat(10_000)}`, denials.malformed],
  ])('%j is refused', async (header, denial) => {
    expect(await verifier().verify(header)).toMatchObject({ denial })
  })

  it.each([
    [{ aud: 'https://elsewhere.example' }, denials.audience],
    [{ aud: undefined }, denials.audience],
    [{ exp: startSeconds - 60 }, denials.expired],
    [{ exp: undefined }, denials.expired],
    [{ nbf: startSeconds + 60 }, denials.early],
    [{ tid: '22222222-0000-4000-8000-000000000002' }, denials.issuer],
    [{ tid: 'x' }, denials.issuer],
    [{ tid: undefined }, denials.issuer],
    [{ iss: undefined }, denials.issuer],
    [{ iss: 'x' }, denials.issuer],
    [{ iss: {} }, denials.issuer],
    [{ iss: 7 }, denials.issuer],
    [{ iss: [`https://localhost/${tenantId}/v2.0`] }, denials.issuer],
    [{ tid: [tenantId] }, denials.issuer],
    [{ exp: '9999999999' }, denials.expired],
    [{ nbf: 'x' }, denials.early],
    [{ nonce: 'x' }, `${denials.unfit} It has the claim 'nonce', as tokens for clients do.`],
    [{ idtyp: undefined }, `${denials.unfit} It is a person's and has no scopes, so it is no access token.`],
    [{ iss: 'https://localhost/22222222-0000-4000-8000-000000000002/v2.0' }, denials.issuer],
  ])('that says %j is refused', async (claims, denial) => {
    expect(await verifier().verify(await signed(claims))).toMatchObject({ denial })
  })

  it('of another tenant we know under its own issuer is refused', async () => {
    const other = '22222222-0000-4000-8000-000000000002'
    const header = await signed({ tid: other, iss: `https://localhost/${other}/v2.0` })
    expect(await verifier().verify(header)).toMatchObject({ denial: denials.issuer })
  })

  it('signed by someone else, changed, or not signed at all is refused', async () => {
    const { keyId, published } = await keys.current()
    const { privateKey } = await generateKeyPair('RS256')
    const sign = (header: { alg: string; kid?: string }, key: CryptoKey | Uint8Array) =>
      new SignJWT(usual).setProtectedHeader(header).sign(key)
    const foreign = await sign({ alg: 'RS256', kid: keyId }, privateKey)
    const unknown = await sign({ alg: 'RS256', kid: 'other' }, privateKey)
    // The classic confusion: our public key used as the secret of a symmetric algorithm.
    const confused = await sign({ alg: 'HS256', kid: keyId }, new TextEncoder().encode(JSON.stringify(published[0])))
    const [head = '', , signature = ''] = (await signed({})).slice(7).split('.')
    const changed = `${head}.${Buffer.from(JSON.stringify({ ...usual, roles: ['All'] })).toString('base64url')}.${signature}`
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(usual)).toString('base64url')}.`
    for (const token of [foreign, unknown, confused, changed, none])
      expect(await verifier().verify(`Bearer ${token}`)).toMatchObject({ denial: denials.signature })
  })
})
