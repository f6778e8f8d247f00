/** `relata.validate` and what it answers: exchange.md §9.2, §12. Its rule is in `rules/findings.ts`. */
import type { ActionFacts } from '#edm/define.ts'
import { returning } from '#edm/define.ts'
import { choice, complexType, enumType, text } from '#edm/props.ts'

export const findingSeverity = enumType('relata.findingSeverity', 'How grave a finding is.', [
  'error',
  'warning',
  'info',
])

export const finding = complexType('relata.finding', 'What is odd about a set or a term.', {
  rule: text({ nullable: false, doc: 'Name of the rule that finds it.' }),
  severity: choice(findingSeverity, { nullable: false, doc: 'How grave it is.' }),
  set: text({ nullable: false, doc: 'Id of the set.' }),
  id: text({ doc: 'Id of the term; null: the set itself is meant.' }),
  path: text({ nullable: false, doc: 'Name of the set and labels down to the term, joined by slashes.' }),
  languageTag: text({ doc: 'The language that is meant; null: none.' }),
  text: text({ nullable: false, doc: 'What is odd.' }),
  fix: text({ doc: 'What would mend it; null: nothing is said.' }),
})

export const storeValidate: Readonly<Record<string, ActionFacts>> = {
  validate: {
    namespace: 'relata',
    evidence: 'ours',
    scopes: ['TermStore.Read.All', 'TermStore.ReadWrite.All'],
    doc: 'Lists what is odd in sets and terms: errors of a set first, then by path.',
    reads: true,
    params: {
      group: text({ guid: true, sample: null, doc: 'Only the sets of this group; without set and term.' }),
      set: text({ guid: true, doc: 'Only this set.' }),
      term: text({ guid: true, sample: null, doc: 'Only this term and those below it, in the set or else at home.' }),
      rules: text({
        collection: true,
        sample: 'missing-description',
        doc: 'Names of rules: only these are asked; with a minus before it, all but this one. None: all.',
      }),
    },
    returns: returning(finding, { collection: true }),
  },
}
