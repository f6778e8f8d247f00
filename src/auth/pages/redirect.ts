/** Redirect URIs: which ones a client may use, and how an authorization answer is sent to one. */
import { html, pageAnswer } from '#base/html.ts'
import type { OwnAnswer } from '#base/own-address.ts'
import type { Registration } from '../directory/directory.ts'
import type { ClientKind } from '../issuer/client.ts'

export type ResponseMode = 'query' | 'fragment' | 'form_post'

const loopback = /^(?:localhost|127\.0\.0\.1|\[::1\])$/

const loopbackForm = /^(http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]))(?::\d{1,5})?(?=\/|$)/

/**
 * RFC 8252, 7.3: the port of a loopback address does not count. All else is compared as text, because URL parsers accept
 * more than headers and browsers do.
 */
function comparable(uri: string): string {
  const [start, host] = loopbackForm.exec(uri) ?? []
  return start === undefined ? uri : `${host}${uri.slice(start.length) || '/'}`
}

/** Undefined: not registered for this client. */
export function kindOfRedirect(registration: Registration, uri: string): ClientKind | undefined {
  const wanted = comparable(uri)
  const isIn = (list: readonly string[]): boolean => list.some((one) => comparable(one) === wanted)
  if (isIn(registration.spaRedirectUris)) return 'spa'
  if (isIn(registration.webRedirectUris)) return 'web'
  return isIn(registration.nativeRedirectUris) ? 'native' : undefined
}

/** For `form-action`, which browsers apply to redirects after a form as well, the client's included. */
export function formTargets(redirectUri: string): readonly string[] {
  const { protocol, origin, hostname } = new URL(redirectUri)
  if (protocol !== 'http:' && protocol !== 'https:') return [protocol]
  return loopback.test(hostname) ? [origin, 'http://localhost:*', 'http://127.0.0.1:*'] : [origin]
}

const submitter = 'document.forms[0].submit()'

function formPost(redirectUri: string, parameters: URLSearchParams): OwnAnswer {
  return pageAnswer({
    title: 'Signing in',
    formTargets: formTargets(redirectUri),
    script: submitter,
    body: html`<h1>Signing in</h1>
<form method="post" action="${redirectUri}">${[...parameters].map(
      ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
    )}
<p>If nothing happens, go on by hand.</p>
<div class="choice"><button class="first">Continue</button></div>
</form>`,
  })
}

/** Undefined members are omitted. */
export function answerClient(
  redirectUri: string,
  mode: ResponseMode,
  members: Readonly<Record<string, string | undefined>>,
): OwnAnswer {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(members)) if (value !== undefined) parameters.set(name, value)
  if (mode === 'form_post') return formPost(redirectUri, parameters)
  const glue = mode === 'fragment' ? '#' : redirectUri.includes('?') ? '&' : '?'
  return {
    status: 302,
    headers: { Location: `${redirectUri}${glue}${parameters}`, 'Referrer-Policy': 'no-referrer' },
    body: '',
  }
}
