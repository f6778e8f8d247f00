/**
 * A way to rows on a database that others write to: nothing that was found on it is believed again. What is kept is the
 * question, one statement that finds the row only while the rows above it are there and lead to it as they did.
 */
import type { EntityType } from '#edm/define.ts'
import type { BoundQuery, Located, Way } from '#edm/ports.ts'
import type { BindValue } from '#edm/query.ts'
import type { PathStep } from '#odata/url/steps.ts'
import type { Session } from '../session.ts'
import { firstScope, isVirtual, memberBind } from '../walk/resolve.ts'

/** Row keys of a row on the way that decide what is asked of those below it; not its id, by which it is found. */
function leadingKeys(type: EntityType, below: readonly PathStep[]): readonly string[] {
  const bound = below.slice(0, 1).flatMap((step) => Object.values(firstScope(step)?.bind ?? {}))
  const guarding = below.flatMap(({ target: { visibleIn } }) =>
    visibleIn?.ancestor === type.name ? [visibleIn.ancestorKey] : [],
  )
  return [...new Set([...bound, ...guarding])].filter((key) => key !== 'id')
}

/** What the walk itself looks up once and for all (`findStep`), or has no row. */
function isCertain({ many, target }: PathStep): boolean {
  return target.steady === true || (!many && isVirtual(target))
}

/** Whether the row is still found as it was; undefined: that is not one query. */
function stillThere(session: Session, step: PathStep, at: Located, below: readonly PathStep[]): BoundQuery | undefined {
  const { target, nav, root } = step
  const keys = leadingKeys(target, below)
  // Folded text is compared without regard to case, and then more than one value would do.
  if (!step.many || keys.some((key) => target.props[key]?.fold === true)) return undefined
  const was = Object.fromEntries(keys.map((key) => [`was ${key}`, at.row[key] as BindValue]))
  return {
    prepared: session.engine.plans.still(nav ?? root ?? target, target, firstScope(step), keys),
    bind: { ...memberBind(step, at.from), ...was, key: at.id },
  }
}

/** `parent`: the row the last step starts from. Undefined: the way there is not one of queries alone. */
export async function checkedWay(
  session: Session,
  steps: readonly PathStep[],
  parent: Located | undefined,
  last: BoundQuery,
): Promise<Way | undefined> {
  const { store } = session.engine
  const before: BoundQuery[] = []
  let at = parent
  for (let place = steps.length - 2; place >= 0; place -= 1, at = at?.from) {
    const step = steps[place] as PathStep
    if (isCertain(step)) continue
    const query = at && stillThere(session, step, at, steps.slice(place + 1))
    if (query === undefined) return undefined
    before.push(query)
  }
  return store.way?.(session.context.actor.tenantId, before, last)
}
