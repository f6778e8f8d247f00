/** `relata terms validate FILE`: the rules over what a file would make of an empty store, without a server. */
import { randomUUID } from 'node:crypto'
import { readFile } from '#exchange/formats.ts'
import { planOf } from '#exchange/plan/plan.ts'
import { stepsOf } from '#exchange/plan/steps.ts'
import { carry } from '#exchange/plan/taxonomy/carry.ts'
import { TaxonomyPart } from '#exchange/plan/taxonomy/taxonomy.ts'
import { chosenRules } from '#exchange/validate/rules.ts'
import { findingLines, findingsIn } from '#exchange/validate/validate.ts'
import { defaultSettings } from '#workloads/term-store/rules/settings.ts'
import { fileToPlan } from './run.ts'

const usualLanguage = 'en-US'

/** Findings by lines. Throws where the file cannot be imported at all; `tell` gets what would be refused of it. */
export async function findingsInFile(
  path: string,
  { rules, language = usualLanguage }: { readonly rules: readonly string[]; readonly language?: string | undefined },
  tell: (text: string) => void,
): Promise<string> {
  const { name, bytes } = await fileToPlan(path)
  const { doc, as } = await readFile({ file: name, bytes, defaultLanguage: language })
  const { defaultLanguageTag = language, languageTags = [defaultLanguageTag] } = doc
  const languages = { defaultTag: defaultLanguageTag, tags: languageTags }
  const end = new TaxonomyPart({ languages, groups: [], sets: [], terms: [], places: [] })
  const { limits } = defaultSettings
  const plan = planOf(doc, {
    ...{ before: end.copy(), as, source: [], options: { adds: true, group: name }, limits },
    mint: () => randomUUID(),
    digestOf: () => '',
  })
  for (const { text, severity } of plan.remarks) if (severity === 'stops') throw new Error(text)
  for (const { at, faults } of plan.records) for (const { code, text } of faults) tell(`${code} ${at.path}: ${text}`)
  for (const step of stepsOf(plan.records, [])) for (const record of step.records) carry(end, record)
  end.languages = { ...languages, tags: [...languages.tags, ...plan.languages.add] }
  return findingLines(findingsIn({ taxonomy: end, setIds: [...end.sets.keys()], limits }, chosenRules(rules)))
}
