/**
 * The hosts that clients without a setting for one go to: Graph, the names of Entra's authority in the public cloud,
 * and Partner Center. In the transparent mode our certificate names them, too.
 */
export const transparentHosts = [
  'graph.microsoft.com',
  'login.microsoftonline.com',
  'login.windows.net',
  'login.microsoft.com',
  'sts.windows.net',
  'api.partnercenter.microsoft.com',
] as const

/** Where Microsoft keeps the certificates of its webhooks: answered with `--partner-center-signer faithful` only. */
export const signerHost = '3psostorageacct.blob.core.windows.net'
