/** Operations of ours on terms: exchange.md §9.2. Their rules are in `rules/verbs/`. */
import type { ActionFacts } from '#edm/define.ts'
import { returning } from '#edm/define.ts'
import { choice, complex, flag, text } from '#edm/props.ts'
import { keyValue } from '../../common.ts'
import { clashOfChildren, ours, sharingOfCopy } from './values.ts'

const term = returning({ entity: 'microsoft.graph.termStore.term' })

export const termActions: Readonly<Record<string, ActionFacts>> = {
  move: {
    ...ours,
    doc: 'Moves the term, with all below it, to another parent or into another set. Its id stays.',
    params: {
      set: text({ guid: true, doc: 'Id of the set; null: that of the address.' }),
      parent: text({ guid: true, doc: 'Id of the new parent; null: that of the sibling, else the root of the set.' }),
      before: text({ guid: true, sample: null, doc: 'Id of the sibling that comes next.' }),
      after: text({ guid: true, sample: null, doc: 'Id of the sibling that comes before it.' }),
    },
    returns: term,
  },
  copy: {
    ...ours,
    doc: 'Makes a new term with the members of this one.',
    params: {
      set: text({ guid: true, doc: 'Id of the set; null: that of the address.' }),
      parent: text({ guid: true, doc: 'Id of the parent; null: that of the original, in another set the root.' }),
      name: text({
        sample: 'Loud music',
        doc: "Default label in the store's default language; null: that of the original.",
      }),
      withChildren: flag({ doc: 'Whether everything below is copied as well.' }),
      shared: choice(sharingOfCopy, {
        doc: 'What becomes of shared terms below: new terms (flatten), or shared again.',
      }),
    },
    creates: true,
    returns: term,
  },
  merge: {
    ...ours,
    doc: 'Merges the term into another one, which stays; the id of this one stands for it from then on.',
    params: {
      into: text({ nullable: false, guid: true, doc: 'Id of the term that stays.' }),
      onChildClash: choice(clashOfChildren, { doc: 'What becomes of children with one default label; null: refuse.' }),
    },
    returns: term,
  },
  deprecate: {
    ...ours,
    doc: 'Takes the term out of use everywhere; its children stay as they are.',
    partial: true,
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
  setAvailableForTagging: {
    ...ours,
    doc: 'Says whether the term may be used at this place; it is shown all the same.',
    params: { value: flag({ nullable: false, doc: 'Whether it may be used.' }) },
    returns: term,
  },
  setLocalProperties: {
    ...ours,
    doc: 'Says what custom properties the term has at this place only.',
    params: {
      properties: complex(keyValue, { nullable: false, collection: true, doc: 'All of them; others go.' }),
    },
    returns: term,
  },
  reassignSource: {
    ...ours,
    doc: 'Makes a set that reuses the term its home set; the old one reuses it from then on.',
    params: {
      set: text({ nullable: false, guid: true, doc: 'Id of the set.' }),
      withBranch: flag({ doc: 'Whether the same is done with the terms below it that both sets have.' }),
    },
    returns: term,
  },
  order: {
    ...ours,
    doc: 'Puts the children of the term in this set into an order.',
    params: {
      ids: text({
        nullable: false,
        collection: true,
        sample: '1f0e1e0c-0000-4000-8000-0000000000a1',
        doc: 'Ids of children; others follow by label. None: by label.',
      }),
    },
    returns: term,
  },
}
