/** Operations of ours on sets: exchange.md §9.2. Their rules are in `rules/verbs/`. */
import type { ActionFacts } from '#edm/define.ts'
import { returning } from '#edm/define.ts'
import { choice, flag, text } from '#edm/props.ts'
import { ours, termsOfCopy } from './values.ts'

const set = returning({ entity: 'microsoft.graph.termStore.set' })

export const setActions: Readonly<Record<string, ActionFacts>> = {
  move: {
    ...ours,
    doc: 'Moves the set to another group.',
    params: { group: text({ nullable: false, guid: true, doc: 'Id of the group.' }) },
    returns: set,
  },
  copy: {
    ...ours,
    doc: 'Makes a new set with the members of this one, and with its terms.',
    params: {
      group: text({ guid: true, doc: 'Id of the group; null: that of the original.' }),
      name: text({
        sample: 'Genres of 2027',
        doc: "Name in the store's default language; null: 'Copy of' that of the original.",
      }),
      terms: choice(termsOfCopy, { doc: 'What becomes of the terms; null: reuse.' }),
    },
    creates: true,
    returns: set,
  },
  order: {
    ...ours,
    doc: 'Puts the terms at the root of the set into an order.',
    params: {
      ids: text({
        nullable: false,
        collection: true,
        sample: '1f0e1e0c-0000-4000-8000-0000000000a1',
        doc: 'Ids of terms; others follow by label. None: by label.',
      }),
    },
    returns: set,
  },
  setSubmissionPolicy: {
    ...ours,
    doc: 'Says whether everyone may add terms to the set.',
    params: { isOpen: flag({ nullable: false, doc: 'Whether everyone may.' }) },
    returns: set,
  },
  setAvailableForTagging: {
    ...ours,
    doc: 'Says whether the terms of the set may be used.',
    params: { value: flag({ nullable: false, doc: 'Whether they may.' }) },
    returns: set,
  },
  setContacts: {
    ...ours,
    doc: 'Says who looks after the set. What is not sent stays as it is.',
    partial: true,
    params: {
      owner: text({
        sample: 'adele.vance@contoso.example',
        doc: 'User or group, by id, user name or mail address; null: nobody.',
      }),
      contact: text({ sample: 'library@contoso.example', doc: 'Mail address for suggestions; null: none.' }),
      stakeholders: text({
        collection: true,
        sample: 'adele.vance@contoso.example',
        doc: 'Users or groups, by id, user name or mail address.',
      }),
    },
    returns: set,
  },
}
