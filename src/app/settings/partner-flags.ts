/** Settings of deliveries in Partner Center's form (events.md §2.4, §2.5). */
import { named, oneOf, setting } from '#base/setting.ts'
import { originIn } from './network-flags.ts'

export const partnerCenterSigners = ['local', 'faithful'] as const

export interface PartnerConfig {
  /** PEM files; both or neither. */
  readonly webhookSigningKey: string | undefined
  readonly webhookSigningCertificate: string | undefined
  readonly partnerCenterSigner: (typeof partnerCenterSigners)[number]
  /** What the addresses of relationships in events begin with; undefined: as all others of the API. */
  readonly partnerCenterResources: string | undefined
}

export const partnerFlags = {
  webhookSigningKey: setting(
    '--webhook-signing-key <file>',
    "PEM key (RSA) that webhooks in Partner Center's form are signed with, instead of one that Relata makes; with --registry there are none without it",
    undefined,
    named,
    { isPath: () => true },
  ),
  webhookSigningCertificate: setting(
    '--webhook-signing-certificate <file>',
    'PEM certificate of --webhook-signing-key',
    undefined,
    named,
    { isPath: () => true },
  ),
  partnerCenterSigner: setting(
    '--partner-center-signer <which>',
    "certificate of webhooks in Partner Center's form: local (of Relata's own authority), or faithful (its names are like those of Microsoft's, below a root for tests)",
    'local' as const,
    oneOf(...partnerCenterSigners),
  ),
  partnerCenterResources: setting(
    '--partner-center-resources <address>',
    "what the addresses of relationships in webhooks begin with, such as https://partner.microsoft.com; the default is that of Partner Center's API",
    undefined,
    originIn,
  ),
} as const

/** What does not go together. */
export function partnerConflicts(values: PartnerConfig & { readonly registry: boolean }): string[] {
  const { webhookSigningKey: key, webhookSigningCertificate: certificate, partnerCenterSigner, registry } = values
  const faults: string[] = []
  if ((key === undefined) !== (certificate === undefined))
    faults.push(
      '--webhook-signing-key needs --webhook-signing-certificate, and --webhook-signing-certificate needs --webhook-signing-key',
    )
  if (partnerCenterSigner === 'faithful' && registry)
    faults.push('--partner-center-signer faithful is for tests, and --registry refuses it')
  if (partnerCenterSigner === 'faithful' && key !== undefined)
    faults.push('--partner-center-signer faithful cannot be used with --webhook-signing-key')
  return faults
}
