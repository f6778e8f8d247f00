/** The authorization endpoint that a 401 of a registry names: that of the first issuer, where it is known without asking. */
import type { OutsideIssuer } from './outside-issuer.ts'

/** Entra's issuers of both versions, with the host of their endpoints. */
const entraForms: readonly (readonly [RegExp, string])[] = [
  [/^https:\/\/(login\.[\w.-]+)\/([\w.-]+|\{tenantid\})\/v2\.0$/, 'oauth2/v2.0/authorize'],
  [/^https:\/\/(sts\.windows\.net|sts\.chinacloudapi\.cn)\/([\w.-]+|\{tenantid\})\/$/, 'oauth2/authorize'],
]
const hosts: Readonly<Record<string, string>> = {
  'sts.windows.net': 'login.microsoftonline.com',
  'sts.chinacloudapi.cn': 'login.partner.microsoftonline.cn',
}
const entraHosts = /^login\.(?:microsoftonline\.(?:com|us)|partner\.microsoftonline\.cn)$/

const keycloakForm = /^https?:\/\/[\w.:[\]-]+(?:\/[\w.~%-]+)*\/realms\/[\w.~%-]+$/

/** False: no issuer is configured, or its form says nothing of its endpoints. */
export function authorizationUriOf([first]: readonly OutsideIssuer[]): string | false {
  const issuer = first?.issuer ?? ''
  for (const [form, path] of entraForms) {
    const [, named = '', tenant = ''] = form.exec(issuer) ?? []
    const host = hosts[named] ?? named
    if (entraHosts.test(host)) return `https://${host}/${tenant.replace('{tenantid}', 'organizations')}/${path}`
  }
  return keycloakForm.test(issuer) ? `${issuer}/protocol/openid-connect/auth` : false
}
