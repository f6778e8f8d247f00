/**
 * First segments of the addresses of pages: the server answers each with the one document of the pages, which shows what
 * the rest of the address says. Shared with the pages themselves (web/).
 */
export const pagePrefixes = [
  'terms',
  'gdap',
  'partners',
  'events',
  'requests',
  'clock',
  'faults',
  'worlds',
  'explorer',
  'admin',
  'settings',
  'shortcuts',
  'signin',
  'signed-out',
] as const

/** Files that never change: their names hold a digest of their content. */
export const assetsPrefix = 'assets'
