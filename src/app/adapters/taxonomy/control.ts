/** Adapter: the control addresses of taxonomies as files, on the parts of one server. */
import { AppError } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import type { TermsCaller, TermsControl } from '#control/term-store/terms.ts'
import type { ExportWish, PlanWish } from '#control/term-store/wishes.ts'
import type { PlanOptions } from '#exchange/plan/plan.ts'
import type { TenantList } from '../tenant-list.ts'
import type { TaxonomyExchange } from './exchange.ts'
import { needPermission } from './rights.ts'
import type { MadeFile } from './work/work.ts'

interface ControlFacts {
  readonly exchange: TaxonomyExchange
  readonly tenants: Pick<TenantList, 'find' | 'all' | 'refresh'>
  /** The tenant that is meant where none is named, if there are several. */
  readonly usualTenant: string
  /** The setting: IRIs of what is ours are below it. */
  readonly iriBase?: string | undefined
}

/** What a plan is told, of what a caller wishes. */
export function termsOptionsOf(wish: PlanWish): PlanOptions {
  const { mapped, adds, match, missing, maxMissing, fix, order, followMerges, withDates, all, group, set, under } = wish
  return {
    ...(Object.keys(mapped).length === 0 ? {} : { mapped }),
    ...(adds ? { adds } : {}),
    ...(match.length === 2 ? {} : { match }),
    ...(missing === 'keep' ? {} : { missing }),
    ...(maxMissing === undefined ? {} : { maxMissing }),
    ...(fix.length === 0 ? {} : { fix }),
    ...(order === undefined ? {} : { order }),
    ...(followMerges ? { followMerges } : {}),
    ...(withDates ? { withDates } : {}),
    ...(all ? { all } : {}),
    ...(group === undefined ? {} : { group }),
    ...(set === undefined ? {} : { set }),
    ...(under === undefined ? {} : { under }),
  }
}

function check({ actor }: TermsCaller, side: 'read' | 'write'): void {
  if (actor !== undefined) needPermission(actor, side)
}

export function termsControlOf({ exchange, tenants, usualTenant, iriBase }: ControlFacts): TermsControl {
  const written = async (caller: TermsCaller, wish: ExportWish): Promise<MadeFile> => {
    check(caller, 'read')
    const { groups, sets, term, dates, format } = wish
    return exchange.export(caller, { groups, sets, dates, ...(term === undefined ? {} : { term }) }, format, {
      ...wish,
      iriBase,
    })
  }
  return {
    tenantId: async (wanted) => {
      await tenants.refresh()
      const all = tenants.all()
      const found =
        wanted === undefined ? (all.length === 1 ? all[0] : tenants.find(usualTenant)) : tenants.find(wanted)
      if (found !== undefined) return found.id
      const text =
        wanted === undefined
          ? "'tenant' is missing: the id or domain of the tenant."
          : `There is no tenant '${wanted}'.`
      throw new AppError(wanted === undefined ? 'invalid' : 'notFound', text, { target: 'tenant' })
    },
    plan: async (caller, file, wish) => {
      check(caller, 'read')
      const { group, set, format, encoding, choice, defaultLanguage } = wish
      const own = { ...choice, ...(iriBase === undefined ? {} : { iriBase }) }
      const toPlan = { file: wish.file, bytes: file, format, encoding, group, set, defaultLanguage, choice: own }
      // What the folder says of missing sets holds where the caller says nothing else.
      const made = await exchange.plan(caller, toPlan, (missing) => ({
        ...(missing === undefined ? {} : { missing }),
        ...termsOptionsOf(wish),
      }))
      return Buffer.from(made.buffer, made.byteOffset, made.length)
    },
    apply: async (caller, plan, { allowRefused }) => {
      check(caller, 'write')
      return (await exchange.apply(caller, plan, allowRefused)) as unknown as Json
    },
    job: async (caller, id) => {
      check(caller, 'read')
      return (await exchange.job(caller, id)) as unknown as Json
    },
    stop: async (caller, id) => {
      check(caller, 'write')
      return (await exchange.stop(caller, id)) as unknown as Json
    },
    export: async (caller, wish) => {
      const file = await written(caller, wish)
      const fileName = `taxonomy.${file.extension}`
      return { bytes: Buffer.from(file.bytes), type: file.type, fileName, losses: file.lost }
    },
    losses: async (caller, wish) => (await written(caller, wish)).losses,
    validate: async (caller, { groups, sets, at, rules }) => {
      check(caller, 'read')
      return Buffer.from(await exchange.validate(caller, { groups, sets, at }, rules))
    },
  }
}
