/** Keeps pages of other sites from posting to addresses that ask for no token. */
import { AppError } from './errors.ts'
import type { OwnRequest } from './own-address.ts'

function hostOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).host : undefined
}

/**
 * No token protects these addresses, so a page of someone else's must not be able to post to them. Browsers name
 * the page's origin on every POST; other clients do not, and are let through. Only hosts are compared: behind a
 * proxy that ends TLS the schemes differ.
 */
export function checkSameSite({ headers, origin }: OwnRequest): void {
  const from = headers['origin']
  const site = headers['sec-fetch-site']
  const foreign =
    from === undefined ? site !== undefined && !/^(same-origin|none)$/.test(site) : hostOf(from) !== hostOf(origin)
  if (foreign)
    throw new AppError('forbidden', 'This address takes no requests from pages of another site.', { target: 'Origin' })
}
