/** Adapter: the kinds of targets that this server has. */
import { invariant } from '#base/errors.ts'
import type { TargetKind } from '#notify/kinds/kind.ts'
import { webhookKind } from '#notify/kinds/webhook/webhook-kind.ts'
import type { Kinds } from '#notify/lanes/facts.ts'
import { partnerKindOf } from '../adapters/feed/partner/kind.ts'
import { ownVersion } from '../version.ts'
import type { DeliverySettings } from './delivery-settings.ts'

export async function kindsOf({ publicUrl, schedules, partnerCenter }: DeliverySettings): Promise<Kinds> {
  const version = await ownVersion()
  const kinds = [
    webhookKind({ publicUrl, schedule: schedules.own }),
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
