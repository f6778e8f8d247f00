/** Operations of ours on terms: exchange.md §9.2. Their rules are in `rules/verbs/`. */
import type { ActionFacts } from '#edm/define.ts'
import { returning } from '#edm/define.ts'
import { text } from '#edm/props.ts'

const scopes = ['TermStore.ReadWrite.All']
const ours = { namespace: 'relata', evidence: 'ours', scopes } as const
const term = returning({ entity: 'microsoft.graph.termStore.term' })

export const termActions: Readonly<Record<string, ActionFacts>> = {
  deprecate: {
    ...ours,
    doc: 'Takes the term out of use everywhere; its children stay as they are.',
    params: {
      replacedBy: text({ guid: true, doc: 'Id of the term to use in its place; null: none any more.' }),
    },
    returns: term,
  },
  undeprecate: {
    ...ours,
    doc: 'Takes the term into use again.',
    params: {
      replacedBy: text({ guid: true, doc: 'Id of the term to use in its place all the same.' }),
    },
    returns: term,
  },
}
