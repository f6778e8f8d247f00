/** The site before `/_api`, which decides what groups of sites are visible (exchange.md §13.2, §15 X24). */
import type { ReadTx } from '#edm/ports.ts'
import { site } from '#workloads/sites/types.ts'
import { decodedLeniently } from '../address/target.ts'

export interface KnownSite {
  readonly id: string
  readonly siteCollectionId: string
}

/** The site with that server-relative path, or the nearest one above it; undefined: none of them is known. */
export async function siteAt(tx: ReadTx, raw: string): Promise<KnownSite | undefined> {
  const segments = raw
    .split('/')
    .filter((segment) => segment !== '')
    .map(decodedLeniently)
  for (let length = segments.length; length >= 2; length--) {
    const [found] = await tx.find(site, { path: segments.slice(0, length).join('/') }, 1)
    if (found !== undefined) return { id: found.id, siteCollectionId: found.siteCollectionId }
  }
  return undefined
}
