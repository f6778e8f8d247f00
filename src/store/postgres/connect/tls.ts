/**
 * TLS to the server, by the parameters of the address as libpq knows them: postgresql.org/docs/current/libpq-ssl.html.
 * `pg` gives `sslmode` other meanings, so it is not told of them.
 */
import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import type pg from 'pg'
import { StoreError } from '#base/errors.ts'

const modes = ['disable', 'require', 'verify-ca', 'verify-full']
const parameters = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey'] as const
type Parameter = (typeof parameters)[number]
type Wishes = Readonly<Partial<Record<Parameter, string>>>

/** `rest`: the address without them. */
function wishesIn(address: string): { readonly wishes: Wishes; readonly rest: string } {
  if (!/[?&]ssl(mode|rootcert|cert|key)=/.test(address)) return { wishes: {}, rest: address }
  const url = new URL(address)
  const wishes: Partial<Record<Parameter, string>> = {}
  for (const name of parameters) {
    const value = url.searchParams.get(name)
    url.searchParams.delete(name)
    if (value !== null && value !== '') wishes[name] = value
  }
  return { wishes, rest: url.href }
}

/** What is wrong with them, as a text that starts with a verb; undefined: nothing. */
export function tlsFault(address: string): string | undefined {
  const { sslmode, sslrootcert, sslcert, sslkey } = wishesIn(address).wishes
  if (sslmode !== undefined && !modes.includes(sslmode))
    return `asks for sslmode=${sslmode}; known are ${modes.join(', ')}`
  if (sslmode === 'verify-ca' && sslrootcert === undefined)
    return 'asks for sslmode=verify-ca without sslrootcert, the authority to verify with'
  if ((sslcert === undefined) !== (sslkey === undefined)) return 'needs sslcert and sslkey together'
  if ((sslmode === undefined || sslmode === 'disable') && (sslrootcert ?? sslcert) !== undefined)
    return 'names certificates without an sslmode that uses them'
  return undefined
}

/** Whether what is sent to the server of this address can be read on the way: no TLS, and not on this machine. */
export function isReadable(address: string): boolean {
  const { sslmode } = wishesIn(address).wishes
  const isPlain = (sslmode === undefined || sslmode === 'disable') && !/[?&]ssl=(true|1)\b/.test(address)
  return isPlain && !/^(localhost|127\.[\d.]+|\[::1\]|%2f.*|)$/i.test(new URL(address).hostname)
}

function fileOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new StoreError('unavailable', 'certificate', error)
  }
}

function tlsOf({ sslmode, sslrootcert, sslcert, sslkey }: Wishes): ConnectionOptions {
  const ca = sslrootcert === undefined || sslrootcert === 'system' ? undefined : fileOf(sslrootcert)
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(sslcert === undefined || sslkey === undefined ? {} : { cert: fileOf(sslcert), key: fileOf(sslkey) }),
    // As with libpq, `require` verifies the authority if it is given one.
    rejectUnauthorized: sslmode !== 'require' || ca !== undefined,
    ...(sslmode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
  }
}

/**
 * How `pg` connects to an address. Files are read each time, so that a certificate can be renewed while a server runs.
 * Throws `unavailable` (`certificate`) if one cannot be read.
 */
export function connectionOf(address: string): Pick<pg.ClientConfig, 'connectionString' | 'ssl'> {
  const { wishes, rest } = wishesIn(address)
  if (wishes.sslmode === undefined) return { connectionString: rest }
  return { connectionString: rest, ssl: wishes.sslmode === 'disable' ? false : tlsOf(wishes) }
}
