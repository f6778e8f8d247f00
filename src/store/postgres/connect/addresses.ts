/** Connection strings with several hosts, in libpq's form, which `URL` cannot parse. */

import { isReadable, tlsFault } from './tls.ts'

const form = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#@]*)(.*)$/i
const wish = /([?&])target_session_attrs=([^&]*)(&?)/

/** Splits `postgres://user@one:5432,two:5433/database` into one address for each host, without options unknown to `pg`. */
export function addressesOf(url: string): readonly [string, ...string[]] {
  const [, before = '', hosts = '', after = ''] = form.exec(url.trim()) ?? []
  const rest = after.replace(wish, (_, start: string, _value: string, more: string) => (more === '' ? '' : start))
  const [first = '', ...others] = hosts.split(',')
  return [before + first + rest, ...others.map((host) => before + host + rest)]
}

/** The value of libpq's `target_session_attrs`. */
function wishOf(url: string): string | undefined {
  return wish.exec(url)?.[2]
}

function isPostgres(text: string): boolean {
  return URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)
}

/** Checks a connection string, which may name several hosts. Throws if it is not one; the message starts with a verb. */
export function parseAddress(text: string): string {
  if (!addressesOf(text).every(isPostgres))
    throw new Error('is not an address such as postgres://user:password@host:5432/database')
  if (/^[^?]*,/.test(form.exec(text.trim())?.[3] ?? ''))
    throw new Error(
      'has a comma after the database: all hosts stand before it, as in postgres://user:password@one:5432,two:5433/database',
    )
  if (!/^(read-write|primary|any)?$/.test(wishOf(text) ?? ''))
    throw new Error('asks for target_session_attrs other than read-write')
  const fault = tlsFault(addressesOf(text)[0])
  if (fault !== undefined) throw new Error(fault)
  return text.trim()
}

/** Whether a connection to one of the hosts leaves this machine without TLS. */
export function isUnencrypted(url: string): boolean {
  return addressesOf(url).some(isReadable)
}

/** The connection string without user and password. */
export function shownAddress(url: string): string {
  const all = addressesOf(url).map((address) => new URL(address))
  return `postgres://${all.map(({ host }) => host).join(',')}${all[0]?.pathname ?? ''}`
}

/** Failover between hosts: the current one is used until it fails. */
export interface Hosts {
  readonly count: number
  now(): string
  /** Makes the next host the current one. Does nothing if the address is no longer the current one. */
  leave(address: string): void
  /** Notes that a connection to it takes writes. If another one did before, connections to that one are of no use. */
  found(address: string): void
  /** `work` is called with the address that takes the writes from now on. */
  onMoved(work: (address: string) => void): void
}

export function hostsOf(url: string): Hosts {
  const all = addressesOf(url)
  const listeners: ((address: string) => void)[] = []
  let at = 0
  let primary: string | undefined
  return {
    count: all.length,
    now: () => all[at] as string,
    leave: (address) => {
      if (all[at] === address) at = (at + 1) % all.length
    },
    found: (address) => {
      if (primary === address) return
      const isMove = primary !== undefined
      primary = address
      if (isMove) for (const work of listeners) work(address)
    },
    onMoved: (work) => {
      listeners.push(work)
    },
  }
}
