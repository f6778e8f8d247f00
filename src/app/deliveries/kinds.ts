/** Adapter: the kinds of targets that this server has. */
import type { Clock } from '#base/clock.ts'
import { invariant } from '#base/errors.ts'
import type { Ids } from '#base/ids.ts'
import type { Store } from '#edm/ports.ts'
import { graphKind, graphWants } from '#notify/kinds/graph/graph.ts'
import { type ResourceDataFacts, resourceDataOf } from '#notify/kinds/graph/resource-data.ts'
import type { KindName, TargetKind } from '#notify/kinds/kind.ts'
import { partnerWants } from '#notify/kinds/partner-center.ts'
import { webhookKind } from '#notify/kinds/webhook/webhook-kind.ts'
import type { Kinds } from '#notify/lanes/facts.ts'
import { targetsOn } from '#notify/targets.ts'
import { partnerKindOf } from '../adapters/feed/partner/kind.ts'
import { ownVersion } from '../version.ts'
import type { DeliverySettings } from './delivery-settings.ts'

/** What Graph's notifications need beside. */
export interface GraphFacts {
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids
  readonly adminAgents: boolean
  readonly resourceData: ResourceDataFacts
  /** Milliseconds since 1970 by the real clock. */
  readonly realNow: () => number
}

/** Of each kind what `wants` says, for those who send nothing. */
export const wantsByKind: Readonly<Partial<Record<KindName, NonNullable<TargetKind['wants']>>>> = {
  graph: graphWants,
  partnerCenter: partnerWants,
}

export async function kindsOf({
  publicUrl,
  schedules,
  partnerCenter,
  ...graph
}: DeliverySettings & GraphFacts): Promise<Kinds> {
  const version = await ownVersion()
  const kinds = [
    webhookKind({ publicUrl, schedule: schedules.own }),
    graphKind({
      ...graph,
      schedule: schedules.graph,
      targets: targetsOn(graph.store),
      resourceData: resourceDataOf(graph.resourceData),
    }),
    ...(partnerCenter === undefined ? [] : [partnerKindOf({ ...partnerCenter, version, schedules })]),
  ]
  const byName = new Map<string, TargetKind>(kinds.map((kind) => [kind.name, kind]))
  return {
    get: (name) => byName.get(name),
    need: (name) => {
      const kind = byName.get(name)
      invariant(kind !== undefined, `targets of the kind ${name} are known`)
      return kind
    },
  }
}
