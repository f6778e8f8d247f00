/** Adapter: the kinds of targets that this server has. */
import { invariant } from '#base/errors.ts'
import type { TargetKind } from '#notify/kinds/kind.ts'
import { webhookKind } from '#notify/kinds/webhook/webhook-kind.ts'
import type { Kinds } from '#notify/lanes/facts.ts'
import type { DeliverySettings } from './delivery-settings.ts'

export function kindsOf({ publicUrl, schedules }: DeliverySettings): Kinds {
  const kinds = [webhookKind({ publicUrl, schedule: schedules.own })]
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
