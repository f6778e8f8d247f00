/** What a start says about who can reach the server and what is open to them. */
import type { Config } from '../config.ts'

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

/** Ranges that hold more than half of the addresses of their family hold everybody's. */
function isEverybody(range: string): boolean {
  return /\/[01]$/.test(range)
}

/** One sentence each; none where only programs of this machine get in, or where nobody is let in without a token. */
export function exposureWarnings({ host, port, registry, control, auth, trustedProxy }: Config): string[] {
  const warnings: string[] = []
  const tooWide = trustedProxy.filter(isEverybody)
  if (tooWide.length > 0)
    warnings.push(
      `--trusted-proxy ${tooWide.join(',')}: everybody counts as a proxy, so any client can choose the address that it is logged and counted by, and the scheme and host of links; name the addresses of your proxies only`,
    )
  if (auth === 'off') warnings.push('--auth off: whoever reaches this server may do everything')
  if (registry || isLoopback(host)) return warnings
  const addresses =
    control === 'any'
      ? 'and use the control addresses: move the clock, register applications, answer for customers (--control any)'
      : 'but not use the control addresses, which are for this machine (--control loopback)'
  warnings.push(
    `--host ${host}: whoever reaches port ${port} of this machine can sign in as anybody, as the secrets are well known, ${addresses}`,
  )
  return warnings
}
