/** Which members, fields and headers have secrets, by their names: in any case of letters, with `_` and `-` or without. */

const secretNames: ReadonlySet<string> = new Set([
  ...['accesstoken', 'refreshtoken', 'idtoken', 'idtokenhint', 'token', 'subjecttoken', 'actortoken', 'bearertoken'],
  ...['secrettext', 'secrethash', 'secrets', 'clientassertion', 'assertion', 'devicecode', 'codeverifier'],
  // Of a subscription: by it a receiver knows who calls.
  'clientstate',
  ...[
    'authorization',
    'proxyauthorization',
    'cookie',
    'setcookie',
    'passwd',
    'pwd',
    'passphrase',
    'apikey',
    'privatekey',
  ],
])

export function isSecretName(name: string): boolean {
  const known = name.toLowerCase().replace(/[_-]/g, '')
  return secretNames.has(known) || /(?:secret|password|apikey)$/.test(known)
}

/** A code is a secret in a form; in the JSON of an error it says what is wrong. */
export function isSecretField(name: string): boolean {
  return name.toLowerCase() === 'code' || isSecretName(name)
}

/** What is no name of a variable is left out. */
export function removed(name: string): string {
  return `[removed ${name.toLowerCase().replace(/[^\w -]/g, '')}]`
}

const ownNames: ReadonlySet<string> = new Set(['proxy token', 'credentials', 'body', 'value', 'set-cookie'])

/** Whether `[removed NAME]` is ours: a client may have sent such a text itself. */
export function isOfRemoved(name: string): boolean {
  return name === name.toLowerCase() && (ownNames.has(name) || isSecretField(name))
}
