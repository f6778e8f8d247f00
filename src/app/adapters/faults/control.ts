/** Adapter: the rules for faults of one world, for its control addresses and for what they make go wrong. */
import type { Clock } from '#base/clock.ts'
import type { Json } from '#base/json.ts'
import type { FaultsControl } from '#control/faults.ts'
import type { Actor } from '#edm/ports.ts'
import type { EngineControls } from '#engine/session.ts'
import { FaultRules } from '#faults/fault-rules.ts'
import { ruleReader } from '#faults/read-rules.ts'
import type { FaultWish } from '#faults/rule.ts'
import { faultNames } from '#workloads/gdap/settings-flags.ts'
import { partnerIdOf } from '../customer/control.ts'
import type { TenantList } from '../tenant-list.ts'
import { gdapFaultsOf, type HeldRow, type RuledGdap } from './gdap.ts'

export interface WorldFaults {
  readonly rules: FaultRules
  readonly gdap: RuledGdap
}

/** `start`: rules that are there from the start; they were read. */
export function worldFaultsOf(start: readonly FaultWish[], tenants: TenantList, clock: Clock): WorldFaults {
  const names = { ...faultNames, tenantId: (idOrDomain: string) => tenants.find(idOrDomain)?.id }
  const rules = new FaultRules({ clock, reader: ruleReader(names), names })
  rules.addRules(start)
  return { rules, gdap: gdapFaultsOf(rules) }
}

/** Rows go on that were held: their next transition is due now. */
async function release(engine: Pick<EngineControls, 'inTenant'>, rows: readonly HeldRow[]): Promise<void> {
  for (const { machine, subject, relationshipId } of rows) {
    const tenantId = partnerIdOf(relationshipId)
    const actor: Actor = { kind: 'system', tenantId, permissions: new Set() }
    await engine.inTenant(tenantId, actor, ({ agenda, now }) =>
      agenda.set({ kind: `gdap.${machine}`, subject, due: now }),
    )
  }
}

/** What the control addresses do with the rules, and what happens to them at the end of the world. */
export interface FaultsAtWork extends FaultsControl {
  /** Removes all rules, so that no row stays held in a database that outlives them. */
  end(): Promise<void>
}

export function faultsControlOf(
  { rules, gdap }: WorldFaults,
  engine: Pick<EngineControls, 'inTenant' | 'settle'>,
): FaultsAtWork {
  const goOn = async (): Promise<void> => {
    const free = gdap.released()
    if (free.length === 0) return
    await release(engine, free)
    await engine.settle()
  }
  const shown = (value: object): Json => value as Json
  return {
    list: () => rules.list().map(shown),
    scenario: () => ({ rules: rules.wishes() }),
    show: (id) => shown(rules.show(id)),
    add: (wish) => rules.add(wish).map(shown),
    change: async (id, patch) => {
      const changed = rules.change(id, patch)
      await goOn()
      return shown(changed)
    },
    remove: async (id) => {
      rules.remove(id)
      await goOn()
    },
    clear: async () => {
      rules.clear()
      await goOn()
    },
    end: async () => {
      rules.clear()
      await release(engine, gdap.released())
    },
  }
}
