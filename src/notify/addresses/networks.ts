/** Which IP addresses are of no public network (events.md §6.8, after the special-purpose registries of IANA). */
import { BlockList, isIP } from 'node:net'

const special4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
  // Of no registry: the host that an Azure machine runs on.
  '168.63.129.16/32',
]
/** `::ffff:0:0/96` is judged by its IPv4 address, which a block list does by itself; `::/96` it does not take for IPv4. */
const special6 = [
  ...[
    '::/96',
    '::ffff:0:0:0/96',
    '64:ff9b::/96',
    '64:ff9b:1::/48',
    '100::/64',
    '2001::/23',
    '2001:db8::/32',
    '2002::/16',
    '3fff::/20',
  ],
  ...['5f00::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
]

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}

/** Whether a text names a network or an address; anything else is taken for a name. */
export function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || more.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
}

export function networksOf(texts: readonly string[]): BlockList {
  const list = new BlockList()
  for (const text of texts) {
    const [address = '', prefix] = text.split('/')
    if (prefix === undefined) list.addAddress(address, familyOf(address))
    else list.addSubnet(address, Number(prefix), familyOf(address))
  }
  return list
}

export function isIn(list: BlockList, address: string): boolean {
  return list.check(address, familyOf(address))
}

const special = networksOf([...special4, ...special6])
const loopback = networksOf(['127.0.0.0/8', '::1'])

export function isPublic(address: string): boolean {
  return !isIn(special, address)
}

export function isLoopback(address: string): boolean {
  return isIn(loopback, address)
}
