/** Where a database is, when it may be in several places: libpq's form with several hosts, which `URL` cannot read. */

const form = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#@]*)(.*)$/i
const wish = /([?&])target_session_attrs=([^&]*)(&?)/

/** `postgres://user@one:5432,two:5433/database` as an address for each host, without what the library does not know. */
export function addressesOf(url: string): readonly [string, ...string[]] {
  const [, before = '', hosts = '', after = ''] = form.exec(url.trim()) ?? []
  const rest = after.replace(wish, (_, start: string, _value: string, more: string) => (more === '' ? '' : start))
  const [first = '', ...others] = hosts.split(',')
  return [before + first + rest, ...others.map((host) => before + host + rest)]
}

/** What the address asks of the server it leads to; libpq's words. */
function wishOf(url: string): string | undefined {
  return wish.exec(url)?.[2]
}

function isPostgres(text: string): boolean {
  return URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)
}

/** The address of a database, password included; several hosts in one address are its servers. */
export function parseAddress(text: string): string {
  if (!addressesOf(text).every(isPostgres))
    throw new Error('is not an address such as postgres://user:password@host:5432/database')
  if (!/^(read-write|primary|any)?$/.test(wishOf(text) ?? ''))
    throw new Error('asks for target_session_attrs other than read-write')
  return text.trim()
}

/** The address of a database without who signs in there. */
export function shownAddress(url: string): string {
  const all = addressesOf(url).map((address) => new URL(address))
  return `postgres://${all.map(({ host }) => host).join(',')}${all[0]?.pathname ?? ''}`
}

/** Which of several addresses is the one to use: it stays until it is left. */
export interface Hosts {
  readonly count: number
  now(): string
  /** It was no good; nothing happens where it is left already. */
  leave(address: string): void
}

export function hostsOf(url: string): Hosts {
  const all = addressesOf(url)
  let at = 0
  return {
    count: all.length,
    now: () => all[at] as string,
    leave: (address) => {
      if (all[at] === address) at = (at + 1) % all.length
    },
  }
}
