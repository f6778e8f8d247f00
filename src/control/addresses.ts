/**
 * The addresses of Relata itself, beside Graph's and the issuer's: in which mode each exists, and for whom. An address
 * without a row here is not served. docs/control.md has the same table for people; a test compares the two.
 */

/**
 * `anyone`: everybody who reaches the server. `control`: asks for no token, so it is for programs of this machine unless
 * `--control any`. `token`: asks for a token itself.
 */
export type Audience = 'anyone' | 'control' | 'token'

export interface OwnAddress {
  /** In lower case; `{…}` stands for one segment. */
  readonly template: string
  /** Undefined: the address does not exist in this mode. */
  readonly standIn: Audience | undefined
  readonly registry: Audience | undefined
  /** Takes forms, which have tokens of their own, and no JSON. */
  readonly isForm?: boolean
  /** Takes a file of up to so many bytes, and no JSON. */
  readonly fileLimitBytes?: number
}

/** Most bytes of a file of terms, and of a plan: exchange.md §14. */
export const termsFileLimitBytes = 100_000_000

/** Most bytes of what a partner wants of its customers, and of a plan for them: ten times 9,000 of them. */
const bulkLimitBytes = 50_000_000

/** Most bytes of a world as a file. */
export const worldFileLimitBytes = 1024 ** 3

function row(
  template: string,
  standIn: Audience | undefined,
  registry: Audience | undefined,
  more: Pick<OwnAddress, 'isForm' | 'fileLimitBytes'> = {},
): OwnAddress {
  return { template, standIn, registry, ...more }
}

export const ownAddresses: readonly OwnAddress[] = [
  row('/', 'anyone', 'anyone'),
  row('/alive', 'anyone', 'anyone'),
  row('/ready', 'anyone', 'anyone'),
  row('/health', 'anyone', 'anyone'),
  row('/metrics', 'anyone', 'anyone'),
  row('/_relata/certificate.pem', 'anyone', 'anyone'),
  row('/_relata/openapi.json', 'anyone', 'anyone'),
  row('/_relata/openapi-beta.json', 'anyone', 'anyone'),
  row('/_relata/control.openapi.json', 'anyone', 'anyone'),
  row('/_relata/info', 'anyone', 'anyone'),
  row('/_relata/settings', 'control', 'token'),
  row('/_relata/me', 'token', 'token'),
  row('/_relata/clock', 'control', 'control'),
  row('/_relata/clock/due', 'control', 'control'),
  row('/_relata/events', 'control', 'token'),
  row('/_relata/audit', 'control', 'token'),
  row('/_relata/audit/status', 'control', 'token'),
  row('/_relata/webhooks/jwks.json', 'anyone', 'anyone'),
  row('/_relata/webhooks/certificate.cer', 'anyone', 'anyone'),
  row('/_relata/webhooks/crl', 'anyone', 'anyone'),
  row('/cert/{file}', 'anyone', undefined),
  row('/_relata/worlds', 'control', undefined),
  row('/_relata/worlds/{id}', 'control', undefined),
  row('/_relata/reset', 'control', undefined),
  row('/_relata/seed', 'control', undefined),
  row('/_relata/snapshots', 'control', undefined),
  row('/_relata/snapshots/{name}', 'control', undefined),
  row('/_relata/snapshots/{name}/load', 'control', undefined),
  row('/_relata/export', 'control', undefined),
  row('/_relata/import', 'control', undefined, { fileLimitBytes: worldFileLimitBytes }),
  row('/_relata/faults', 'control', undefined),
  row('/_relata/faults/{id}', 'control', undefined),
  row('/_relata/requests', 'control', undefined),
  row('/_relata/requests/stream', 'control', undefined),
  row('/_relata/requests/{id}', 'control', undefined),
  row('/_relata/tenants', 'control', 'token'),
  row('/_relata/tenants/{id}', 'control', 'token'),
  row('/_relata/issuers', 'control', 'token'),
  row('/_relata/issuers/check', 'control', 'token'),
  row('/_relata/roles', 'control', 'token'),
  row('/_relata/term-store/roles', 'control', 'token'),
  row('/_relata/term-store/plan', 'control', 'token', { fileLimitBytes: termsFileLimitBytes }),
  row('/_relata/term-store/apply', 'control', 'token', { fileLimitBytes: termsFileLimitBytes }),
  row('/_relata/term-store/jobs/{id}', 'control', 'token'),
  row('/_relata/term-store/export', 'control', 'token'),
  row('/_relata/term-store/validate', 'control', 'token'),
  row('/_relata/webhooks', 'control', 'token'),
  row('/_relata/webhooks/{id}', 'control', 'token'),
  row('/_relata/webhooks/{id}/test', 'control', 'token'),
  row('/_relata/webhooks/{id}/secret', 'control', 'token'),
  row('/_relata/webhooks/{id}/enable', 'control', 'token'),
  row('/_relata/deliveries', 'control', 'token'),
  row('/_relata/deliveries/summary', 'control', 'token'),
  row('/_relata/deliveries/replay', 'control', 'token'),
  row('/_relata/deliveries/{target}/{sequence}', 'control', 'token'),
  row('/_relata/deliveries/{target}/{sequence}/redeliver', 'control', 'token'),
  row('/_relata/access', 'control', 'token'),
  row('/_relata/tokens', 'control', undefined),
  row('/_relata/applications', 'control', undefined),
  row('/_relata/keys/rotate', 'control', undefined),
  row('/_relata/gdap', 'control', undefined),
  row('/_relata/gdap/templates', 'anyone', 'anyone'),
  row('/_relata/gdap/plan', 'control', 'token', { fileLimitBytes: bulkLimitBytes }),
  row('/_relata/gdap/apply', 'control', 'token', { fileLimitBytes: bulkLimitBytes }),
  row('/_relata/gdap/jobs/{id}', 'control', 'token'),
  row('/_relata/gdap/{id}/approve', 'control', undefined),
  row('/_relata/gdap/{id}/reject', 'control', undefined),
  row('/_relata/gdap/{id}/terminate', 'control', undefined),
  row('/_relata/gdap/{id}/auto-extend', 'control', undefined),
  row('/approve/{id}', 'control', undefined, { isForm: true }),
  row('/adminportal/home', 'control', undefined),
]

const steady = new Map(ownAddresses.map((entry) => [entry.template, entry]))
const patterns = ownAddresses
  .filter(({ template }) => template.includes('{'))
  .map((entry) => ({ entry, form: new RegExp(`^${entry.template.replace(/\{\w+\}/g, '[^/]+')}/?$`) }))

/** The row of a raw path; undefined: there is none. */
export function ownAddressAt(path: string): OwnAddress | undefined {
  const known = path.toLowerCase()
  return steady.get(known) ?? patterns.find(({ form }) => form.test(known))?.entry
}
