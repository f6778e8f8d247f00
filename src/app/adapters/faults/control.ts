/** Adapter: the rules for faults of one world, for its control addresses and for what they make go wrong. */
import type { Clock } from '#base/clock.ts'
import { AppError, StoreError } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import type { FaultsControl } from '#control/faults.ts'
import type { Actor } from '#edm/ports.ts'
import type { EngineControls } from '#engine/session.ts'
import { FaultRules } from '#faults/fault-rules.ts'
import { ruleReader } from '#faults/read-rules.ts'
import type { FaultWish } from '#faults/rule.ts'
import { faultNames } from '#workloads/gdap/settings-flags.ts'
import type { HeldRow } from '#worlds/instance.ts'
import { loadYaml, yamlIn } from '../../seed/format/yaml-text.ts'
import { plainJson } from '../../settings/commented-json.ts'
import { partnerIdOf } from '../customer/control.ts'
import type { TenantList } from '../tenant-list.ts'
import { gdapFaultsOf, type RuledGdap } from './gdap.ts'

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

/** The tenant was removed, and its rows with it. */
function unlessGone(error: unknown): void {
  if (!(error instanceof StoreError && error.kind === 'precondition' && error.reason === 'tenant')) throw error
}

/** As `--faults` reads a file, whose name would say which of the two it is. */
async function readWritten(text: string): Promise<unknown> {
  try {
    return JSON.parse(plainJson(text))
  } catch {
    await loadYaml()
  }
  try {
    return yamlIn(text)
  } catch (cause) {
    const [why = ''] = (cause as Error).message.split('\n')
    throw new AppError('invalid', `The request body is not YAML: ${why.replace(/:$/, '')}.`, { cause })
  }
}

/** Rows go on that were held: their next transition is due now. */
async function release(engine: Pick<EngineControls, 'inTenant'>, rows: readonly HeldRow[]): Promise<void> {
  for (const { machine, subject, relationshipId } of rows) {
    const tenantId = partnerIdOf(relationshipId)
    const actor: Actor = { kind: 'system', tenantId, permissions: new Set() }
    await engine
      .inTenant(tenantId, actor, ({ agenda, now }) => agenda.set({ kind: `gdap.${machine}`, subject, due: now }))
      .catch(unlessGone)
  }
}

/** What the control addresses do with the rules, and what happens to them at the end of the world. */
export interface FaultsAtWork extends FaultsControl {
  /** Rows that are held at present, for a copy of the world. */
  held(): readonly HeldRow[]
  /** Rows go on that were held where these come from. */
  goOn(rows: readonly HeldRow[]): Promise<void>
  /** Removes all rules, so that no row stays held in a database that outlives them. */
  end(): Promise<void>
}

export function faultsControlOf(
  { rules, gdap }: WorldFaults,
  engine: Pick<EngineControls, 'inTenant' | 'settle'>,
): FaultsAtWork {
  const goOn = async (rows: readonly HeldRow[] = gdap.released()): Promise<void> => {
    if (rows.length === 0) return
    await release(engine, rows)
    await engine.settle()
  }
  const shown = (value: object): Json => value as Json
  return {
    list: () => rules.list().map(shown),
    scenario: () => ({ rules: rules.wishes() }),
    show: (id) => shown(rules.show(id)),
    add: (wish) => rules.add(wish).map(shown),
    read: readWritten,
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
    held: () => gdap.held(),
    goOn,
    end: async () => {
      rules.clear()
      await release(engine, gdap.released())
    },
  }
}
