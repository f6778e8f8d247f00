/** Operations of ours on groups: exchange.md §9.2. Their rules are in `rules/verbs/`. */
import type { ActionFacts } from '#edm/define.ts'
import { returning } from '#edm/define.ts'
import { choice, text } from '#edm/props.ts'
import { ours, termsOfCopy } from './values.ts'

const group = returning({ entity: 'microsoft.graph.termStore.group' })

export const groupActions: Readonly<Record<string, ActionFacts>> = {
  copy: {
    ...ours,
    doc: 'Makes a new group with copies of the sets of this one.',
    params: {
      name: text({ sample: 'Library of 2027', doc: "Name of the copy; null: 'Copy of' that of the original." }),
      terms: choice(termsOfCopy, { doc: 'What becomes of the terms; null: reuse.' }),
    },
    creates: true,
    returns: group,
  },
  move: {
    ...ours,
    doc: 'Shows the group and its sets in one site collection only, or everywhere.',
    params: { siteId: text({ doc: 'Id of a site of the site collection; null: everywhere.' }) },
    returns: group,
  },
  setRoles: {
    ...ours,
    doc: 'Says who manages the group, and who may change its sets and terms. What is not sent stays as it is.',
    partial: true,
    params: {
      managers: text({
        collection: true,
        sample: 'adele.vance@contoso.example',
        doc: 'Users or groups, by id, user name or mail address.',
      }),
      contributors: text({
        collection: true,
        sample: 'adele.vance@contoso.example',
        doc: 'Users or groups, by id, user name or mail address.',
      }),
    },
    returns: group,
  },
}
