/** The site before `/_api`, which decides what groups of sites are visible (exchange.md §13.2, §15 X24). */
import { fold } from '#base/text/fold.ts'
import type { ReadTx } from '#edm/ports.ts'
import { site } from '#workloads/sites/types.ts'
import { decodedLeniently } from '../address/target.ts'

export interface KnownSite {
  readonly id: string
  readonly siteCollectionId: string
}

/** Webs below a site collection that are looked for; deeper ones are their ancestors. */
const mostSegments = 8

/** The site with that server-relative path, or the nearest one above it; undefined: none of them is known. */
export async function siteAt(tx: ReadTx, raw: string): Promise<KnownSite | undefined> {
  const segments = raw
    .split('/')
    .filter((segment) => segment !== '')
    .slice(0, mostSegments)
    .map(decodedLeniently)
  const paths = segments.slice(1).map((_, at) => segments.slice(0, at + 2).join('/'))
  if (paths.length === 0) return undefined
  const found = await tx.find(
    site,
    paths.map((path) => ({ path })),
  )
  for (const path of paths.toReversed()) {
    const known = found.find((row) => fold(row.path) === fold(path))
    if (known !== undefined) return { id: known.id, siteCollectionId: known.siteCollectionId }
  }
  return undefined
}
