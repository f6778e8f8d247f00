/** The hosts that clients without a setting for one go to. In the transparent mode our certificate names them, too. */
export const transparentHosts = ['graph.microsoft.com', 'login.microsoftonline.com'] as const
