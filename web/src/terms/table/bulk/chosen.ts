/** Rows of the table as the nodes that the actions of the tree act on, and what is done with many of them at once. */
import { batchPlan, mostInBatch } from '../../../data/batch.ts'
import { graph, type RequestPlan } from '../../../data/plan.ts'
import { type Chosen, plansOf } from '../../actions/perform.ts'
import { deletePlan } from '../../api.ts'
import { termPath } from '../../detail/api.ts'
import { keyOfTerm, type TreeNode } from '../../rows.ts'
import { dryRuns } from '../../tree/commands.ts'
import type { Listed, TermFacts } from '../api.ts'
import type { Task } from './job.ts'

export function nodeOf(setId: string, row: Listed, facts: TermFacts | undefined): TreeNode {
  const { id, kind, homeSetId, label, isDeprecated, isAvailable } = row
  return {
    key: keyOfTerm(setId, id),
    kind: 'term',
    id,
    setId,
    labels: facts?.labels ?? [{ name: label, languageTag: '', isDefault: true }],
    children: undefined,
    place: kind as TreeNode['place'],
    relationId: undefined,
    homeSetId,
    isDeprecated,
    isAvailable,
    usesElsewhere: facts?.['@relata.state']?.usesElsewhere ?? 0,
    problems: 0,
    isOrdered: false,
    isSystem: false,
    isOpenSet: false,
    isSite: false,
  }
}

/** Done at once, without a drawer. */
export const directVerbs = ['deprecate', 'undeprecate', 'available', 'notAvailable'] as const
export type DirectVerb = (typeof directVerbs)[number]

function planOf(verb: DirectVerb, setId: string, id: string): RequestPlan {
  const path = termPath(setId, id)
  if (verb === 'available' || verb === 'notAvailable')
    return graph('POST', `${path}/relata.setAvailableForTagging`, { body: { value: verb === 'available' } })
  return graph('POST', `${path}/relata.${verb}`, { body: {} })
}

export function directTasks(verb: DirectVerb, setId: string, rows: readonly Listed[]): readonly Task[] {
  return rows.map((row) => ({ key: row.id, name: row.label, plan: planOf(verb, setId, row.id) }))
}

/** Of what was chosen in the drawer. Behind one sibling, the last of them goes first. */
export function drawerTasks(chosen: Chosen, nameOf: (node: TreeNode) => string): readonly Task[] {
  const plans = plansOf(chosen)
  const tasks = chosen.nodes.flatMap((node, at): readonly Task[] => {
    const plan = plans[at]
    return plan === undefined ? [] : [{ key: node.id, name: nameOf(node), plan }]
  })
  const { target, describe } = chosen
  if (target?.where === 'after') return tasks.toReversed()
  return describe === undefined
    ? tasks
    : [...tasks, { key: target?.termId ?? '', name: target?.label ?? '', plan: describe }]
}

export function requestsOf(tasks: readonly Task[]): readonly RequestPlan[] {
  return Array.from({ length: Math.ceil(tasks.length / mostInBatch) }, (_, at) =>
    batchPlan(tasks.slice(at * mostInBatch, (at + 1) * mostInBatch).map(({ plan }) => plan)),
  )
}

/** Below this number deleting is done at once, as it is taken back as quickly. */
const mostAtOnce = 20

/** Whether people should see first what goes along. */
export async function isGrave(nodes: readonly TreeNode[]): Promise<boolean> {
  if (nodes.length >= mostAtOnce) return true
  const { refusals, effects } = await dryRuns(nodes.map(deletePlan))
  const gone = effects.reduce(
    (n, { action, kind, count }) => n + (action === 'delete' && kind === 'term' ? count : 0),
    0,
  )
  const hasUses = effects.some(({ kind, action }) => action === 'orphan' || kind === 'relation')
  return refusals.length > 0 || gone >= mostAtOnce || hasUses
}
