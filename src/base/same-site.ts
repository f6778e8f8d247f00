/** Keeps pages of other sites from posting to addresses that ask for no token. */
import { AppError } from './errors.ts'
import type { OwnRequest } from './own-address.ts'

function hostOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).host : undefined
}

/**
 * No token protects these addresses, so a page of someone else's must not be able to post to them. Browsers name
 * the page's origin on every POST; other clients do not, and are let through. Only hosts are compared: behind a
 * proxy that ends TLS the schemes differ. The Host header is one of this server's, or the request is refused before.
 */
export function checkSameSite({ headers, origin }: Pick<OwnRequest, 'headers' | 'origin'>): void {
  const from = headers['origin']
  const site = headers['sec-fetch-site']
  const page = from === undefined ? undefined : hostOf(from)
  const isForeign =
    from === undefined
      ? site !== undefined && !/^(same-origin|none)$/.test(site)
      : page === undefined || (page !== hostOf(origin) && page !== hostOf(`http://${headers['host']}`))
  if (isForeign)
    throw new AppError('forbidden', 'This address takes no requests from pages of another site.', {
      target: 'Origin',
      check: 'origin.foreign',
    })
}

/** A type, and none that a form of a page can send without asking (Fetch standard, "CORS-safelisted request-header"). */
const fileForm = /^\s*(?!text\/plain|multipart\/|application\/x-www-form-urlencoded)[\w.+-]+\/[\w.+-]+\s*(?:;|$)/i

/** As `checkJsonType`, where a file is taken. */
export function checkFileType({ headers, body }: Pick<OwnRequest, 'headers' | 'body'>): void {
  if (body === undefined || body.length === 0 || fileForm.test(headers['content-type'] ?? '')) return
  throw new AppError(
    'unsupportedMedia',
    'A file needs the header Content-Type: application/octet-stream, or its own type if no form can have it.',
    {
      target: 'Content-Type',
      check: 'header.content-type',
    },
  )
}

const jsonForm = /^\s*application\/(?:[\w.-]+\+)?(?:json|yaml)\s*(?:;|$)/i

/**
 * JSON is no type of a form, and YAML, which one address takes, neither: so a page has to ask before it sends it to another site (Fetch standard, "CORS-safelisted
 * request-header"). A request without a body needs no type.
 */
export function checkJsonType({ headers, body }: Pick<OwnRequest, 'headers' | 'body'>): void {
  if (body === undefined || body.length === 0 || jsonForm.test(headers['content-type'] ?? '')) return
  throw new AppError(
    'unsupportedMedia',
    'A body that is sent without a token needs the header Content-Type: application/json.',
    { target: 'Content-Type', check: 'header.content-type' },
  )
}
