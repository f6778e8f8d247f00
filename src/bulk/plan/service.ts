/** Which service a plan is of: plans name it by the address that the command was given (events.md §7.5). */

/** Our server takes http and https on one port, and listens on all loopback addresses or on none. */
const thisMachine = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

function placeOf(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const { protocol, hostname, port } = new URL(address)
  const host = hostname.replace(/\.$/, '')
  return `${thisMachine.test(host) ? 'localhost' : host}:${port || (protocol === 'https:' ? '443' : '80')}`
}

/** Whether both addresses lead to one service, by host and port: a path is that of a version of its interface. */
export function isOneService(one: string, other: string): boolean {
  const place = placeOf(one)
  return place !== undefined && place === placeOf(other)
}
