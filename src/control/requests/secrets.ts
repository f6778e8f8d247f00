/**
 * Removes what is secret from requests and answers before somebody sees them: tokens, passwords, codes and secrets of
 * applications. In their place stands `[removed NAME]`, which the texts of as-*.ts turn into variables.
 */

/** Members of JSON and fields of forms, in lower case. */
const secretNames: ReadonlySet<string> = new Set([
  ...['access_token', 'accesstoken', 'refresh_token', 'refreshtoken', 'id_token', 'idtoken', 'id_token_hint', 'token'],
  ...['client_secret', 'clientsecret', 'secret', 'secrettext', 'secrethash', 'client_assertion', 'assertion'],
  ...[
    'password',
    'newpassword',
    'currentpassword',
    'device_code',
    'code_verifier',
    'authorization',
    'cookie',
    'set-cookie',
  ],
])

/** A code is a secret in a form; in the JSON of an error it says what is wrong. */
function isSecretField(name: string): boolean {
  const known = name.toLowerCase()
  return known === 'code' || secretNames.has(known)
}

const headersWithSecrets: Readonly<Record<string, string>> = {
  authorization: 'token',
  'proxy-authorization': 'proxy token',
  cookie: 'cookie',
  'set-cookie': 'cookie',
}

export function removed(name: string): string {
  return `[removed ${name}]`
}

/** The text with each thing that was removed as `[removed NAME]`, in turn text and name. */
export const removedForm = /\[removed ([\w -]+)\]/

const jwtForm = /\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g

function withoutTokens(text: string): string {
  return text.includes('eyJ') ? text.replace(jwtForm, removed('token')) : text
}

/** A member and its value, if that is no object. The end of the text may have been cut off. */
const memberForm = /"((?:[^"\\]|\\.)*)"(\s*:\s*)("(?:[^"\\]|\\.)*"?|\[[^[\]{}]*\]?|[^\s"{}[\],]+)/g

function nameIn(text: string): string {
  if (!text.includes('\\')) return text
  try {
    return String(JSON.parse(`"${text}"`))
  } catch {
    return text
  }
}

function jsonWithout(text: string): string {
  return withoutTokens(
    text.replace(memberForm, (all, name: string, colon: string) => {
      const known = nameIn(name).toLowerCase()
      return secretNames.has(known) ? `"${name}"${colon}"${removed(known)}"` : all
    }),
  )
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

/** Of a form or a query; each pair stays as it is but those with a secret. */
export function formWithout(text: string): string {
  return text
    .split('&')
    .map((pair) => {
      const name = decoded(pair.split('=', 1)[0] ?? '')
      return isSecretField(name) && pair.includes('=')
        ? `${pair.split('=', 1)[0]}=${removed(name.toLowerCase())}`
        : pair
    })
    .map(withoutTokens)
    .join('&')
}

/** Of a page: what is in its hidden fields. */
function pageWithout(text: string): string {
  return withoutTokens(
    text.replace(/(<input\b[^>]*\bname="([^"]*)"[^>]*\bvalue=")[^"]*/gi, (all, head: string, name: string) =>
      isSecretField(name) ? `${head}${removed(name.toLowerCase())}` : all,
    ),
  )
}

/** Of an address: its query and its fragment may have codes and tokens. */
function addressWithout(text: string): string {
  const at = text.search(/[?#]/)
  return at === -1 ? withoutTokens(text) : `${withoutTokens(text.slice(0, at + 1))}${formWithout(text.slice(at + 1))}`
}

/** `type`: the media type that the body is said to have; what it looks like counts as well. */
export function bodyWithout(text: string, type: string): string {
  if (type.includes('json') || /^\s*[{[]/.test(text)) return jsonWithout(text)
  if (type.includes('html')) return pageWithout(text)
  return isForm(text, type) ? formWithout(text) : withoutTokens(text)
}

function isForm(text: string, type: string): boolean {
  return type.includes('x-www-form-urlencoded') || /^[\w.%+-]+=[^\s]*$/.test(text)
}

export function pathWithout(text: string): string {
  return withoutTokens(text)
}

export function headerWithout(name: string, value: string): string {
  const known = name.toLowerCase()
  const secret = headersWithSecrets[known]
  if (secret !== undefined) {
    const scheme = /^(?:bearer|basic|pop) +/i.exec(value)?.[0] ?? ''
    return scheme + removed(/^basic/i.test(scheme) ? 'credentials' : secret)
  }
  return known === 'location' || known === 'referer' ? addressWithout(value) : withoutTokens(value)
}
