/** Adapter: what somebody may read of the feed of a registry: events of rows that the token and the rules let it read. */
import { lacking } from '#base/errors.ts'
import type { OwnRequest } from '#base/own-address.ts'
import type { FeedRights } from '#control/feed/events.ts'
import type { Area } from '#control/feed/filter.ts'
import type { Actor, Store } from '#edm/ports.ts'
import { group, user } from '#workloads/directory/people.ts'
import { isAgent } from '#workloads/gdap/rules/admin-agents.ts'
import { relationship } from '#workloads/gdap/types.ts'
import { store as termStore } from '#workloads/term-store/types.ts'

/** Lists of permissions, one of each of which is needed. */
const permissions: Readonly<Record<Area, readonly (readonly string[])[]>> = {
  gdap: [relationship.scopes?.read ?? []],
  taxonomy: [termStore.scopes?.read ?? []],
  directory: [user.scopes?.read ?? [], group.scopes?.read ?? []],
}

function mayRead({ permissions: held }: Actor, area: Area): boolean {
  return permissions[area].every((some) => some.some((one) => held.has(one)))
}

/** What somebody may read of what happens. `adminAgents`: whether the partner's users have to be in the group of that name to see relationships. */
export async function readableAreas(store: Store, actor: Actor, adminAgents: boolean): Promise<Set<Area>> {
  const { tenantId, homeTenantId, kind } = actor
  const isHidden = async (area: Area): Promise<boolean> =>
    area === 'gdap' && adminAgents && kind === 'user' && !(await store.read(tenantId, (tx) => isAgent({ tx, actor })))
  const areas = new Set<Area>()
  // Who is here by delegation may read what its roles say, which the feed does not know.
  for (const area of ['gdap', 'taxonomy', 'directory'] as const)
    if (homeTenantId === undefined && mayRead(actor, area) && !(await isHidden(area))) areas.add(area)
  return areas
}

/** A refusal to who lacks permissions that reading these needs. */
export function lackingAreas({ permissions: held }: Actor, areas: readonly Area[], text: string): Error {
  const wanted = [...new Set(areas.flatMap((area) => permissions[area].flat()))]
  return lacking(text, { layer: 'permission', wanted, held: [...held] })
}

export function feedRightsWith(
  store: Store,
  needActor: (request: OwnRequest) => Promise<Actor>,
  adminAgents: boolean,
): (request: OwnRequest) => Promise<FeedRights> {
  return async (request) => {
    const actor = await needActor(request)
    const areas = await readableAreas(store, actor, adminAgents)
    if (areas.size > 0) return { tenantId: actor.tenantId, areas }
    const text = 'The token gives no right to read anything that the feed tells of.'
    throw lackingAreas(actor, ['gdap', 'taxonomy', 'directory'], text)
  }
}
