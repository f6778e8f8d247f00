/** The forms of a site’s id: term-store.md §2.1. The engine passes a path form as `host:/path`. */
import { guidOf } from '#base/ids.ts'
import { withoutOuterSlashes } from '#base/text/slashes.ts'
import { type Behaviour, behaviour, type ReadTx } from '#edm/ports.ts'
import { group } from '../../directory/people.ts'
import { site } from '../types.ts'

interface SiteFacts {
  readonly id: string
  readonly path: string
  readonly webId: string
  readonly groupId: string | null
}

/** The root web comes first: its path is the shortest. */
function rootWebFirst(sites: readonly SiteFacts[]): SiteFacts[] {
  return sites.toSorted((a, b) => a.path.length - b.path.length)
}

async function sitesNamed(tx: ReadTx, key: string): Promise<SiteFacts[]> {
  if (key.toLowerCase() === 'root') return tx.find(site, { isRoot: true })
  const collection = guidOf(key)
  if (collection !== undefined) return rootWebFirst(await tx.find(site, { siteCollectionId: collection }))
  const [hostName = '', siteCollection, web, ...more] = key.split(',')
  if (siteCollection !== undefined) {
    const [siteCollectionId, webId] = [guidOf(siteCollection), guidOf(web ?? '')]
    if (siteCollectionId === undefined || webId === undefined || more.length > 0) return []
    return (await tx.find(site, { siteCollectionId, webId })).filter(
      (found) => found.hostName.toLowerCase() === hostName.toLowerCase(),
    )
  }
  const colon = key.indexOf(':')
  return colon < 0
    ? tx.find(site, { hostName: key, path: '' })
    : tx.find(site, { hostName: key.slice(0, colon), path: withoutOuterSlashes(key.slice(colon + 1)) })
}

export const siteBehaviour: Behaviour = behaviour(site, {
  async locate({ tx }, from, _nav, key) {
    const named = await sitesNamed(tx, key)
    const ofGroup = from?.type.name === group.name ? from.id : undefined
    const found = named.find(({ groupId }) => ofGroup === undefined || groupId === ofGroup)
    if (found !== undefined || ofGroup === undefined || key.toLowerCase() !== 'root') return found && { id: found.id }
    // Under a group `root` is the group's own site.
    const [own] = rootWebFirst(await tx.find(site, { groupId: ofGroup }))
    return own && { id: own.id }
  },
})
