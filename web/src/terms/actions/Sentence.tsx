/** What will be true of an action, in one sentence; of pinning and reusing with how many terms show at the place then. */
import { useQuery } from '@tanstack/react-query'
import { key } from '../../data/keys.ts'
import { t } from '../../i18n/t.ts'
import { copyPlan, type Target } from '../api.ts'
import type { TreeNode } from '../rows.ts'
import { type DrawerKind, dryRuns } from '../tree/commands.ts'
import type { Picked } from './perform.ts'

/** Undefined: not known yet, or never, as where no term may be made. */
function useCount(nodes: readonly TreeNode[], target: Target): number | undefined {
  const areLeaves = nodes.every(({ children }) => children === 0)
  // A copy would make as many terms there as a pin shows: no other request counts what is below a term.
  const plans = areLeaves ? [] : nodes.map((node) => copyPlan(node, { ...target, where: 'inside' }, true))
  const { data } = useQuery({
    queryKey: key('rows', 'dry-run', 'shown', JSON.stringify(plans)),
    queryFn: () => dryRuns(plans),
    enabled: !areLeaves,
    staleTime: 0,
    gcTime: 0,
  })
  if (areLeaves) return nodes.length
  if (data === undefined || data.refusals.length > 0) return undefined
  return data.effects.find(({ kind, action }) => kind === 'term' && action === 'create')?.count
}

interface ShownProps extends Omit<SentenceProps, 'kind' | 'target'> {
  readonly kind: 'pin' | 'reuse'
  readonly target: Picked
}

function Shown({ kind, nodes, target, what }: ShownProps) {
  const n = useCount(nodes, target)
  const where = target.label
  return (
    <div>
      {n === undefined
        ? t(`actions.sentence.${kind}`, { what, where })
        : t(`actions.shown.${kind}`, { n, what, where })}
    </div>
  )
}

interface SentenceProps {
  readonly kind: DrawerKind
  readonly nodes: readonly TreeNode[]
  readonly target: Picked | undefined
  readonly what: string
}

export function Sentence({ kind, nodes, target, what }: SentenceProps) {
  if (kind === 'delete') return null
  if (target === undefined)
    return kind === 'deprecate' ? <div>{t('actions.sentence.deprecateAlone', { what })}</div> : null
  if (kind === 'pin' || kind === 'reuse') return <Shown kind={kind} nodes={nodes} target={target} what={what} />
  return <div>{t(`actions.sentence.${kind}`, { what, where: target.label })}</div>
}
