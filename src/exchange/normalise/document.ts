/**
 * A document with its texts and languages as the store keeps them: exchange.md §1.3, §2.4. What does not fit is told of the
 * part that has it; nothing is left out in silence.
 */

import { guidOf } from '#base/ids.ts'
import { fold } from '#base/text/fold.ts'
import { compareTags, type Languages, sameTag } from '#workloads/term-store/rules/languages/languages.ts'
import { maxLevels } from '#workloads/term-store/rules/places/tree.ts'
import {
  type Doc,
  type GroupDoc,
  isRef,
  type LabelsDoc,
  type NodeDoc,
  type Properties,
  type Ref,
  type SetDoc,
  type TermDoc,
  type Texts,
} from '../document.ts'
import { type At, type FaultCode, fault, type ImportFault } from '../faults.ts'
import { type FoundLanguage, type LanguageChoice, type LanguageRank, languageOf } from './languages.ts'
import { type Part, Reports } from './reports.ts'
import { descriptionFor, type Fixes, keyFor, mostTexts, nameFor, quoted, type Tell, valueFor } from './text.ts'

export interface NormaliseChoice extends LanguageChoice {
  readonly fixes: Fixes
  /** Level of the place below which the first level of the file goes; 0: the root of a set. */
  readonly baseLevel?: number
}

export interface NormalDoc {
  readonly doc: Doc
  readonly reports: Reports
  /** Languages that the store is to get. */
  readonly addedLanguages: readonly string[]
}

interface Context {
  /** Faults of records that the reader refused, by place. */
  readonly refusals: ReadonlyMap<string, readonly ImportFault[]>
  readonly languages: Languages
  readonly choice: NormaliseChoice
  readonly reports: Reports
  readonly added: Set<string>
}

const ranks: Readonly<Record<LanguageRank, number>> = { exact: 0, noRegion: 1, mapped: 2 }

function languageIn(context: Context, given: string, tell: Tell): FoundLanguage | undefined {
  const { languages, choice, added } = context
  const found =
    given === '' ? { tag: languages.defaultTag, rank: 'exact' as const } : languageOf(given, languages, choice)
  if (found === undefined)
    tell(
      'language-missing',
      `The store has no language '${given}' (it has ${languages.tags.join(', ')}). --language ${given}=TAG maps it, --add-languages adds it.`,
    )
  else if ('isAdded' in found && found.isAdded === true) added.add(found.tag)
  return found
}

/** Values by language of the store, those of exact tags first. */
function inLanguages<T>(context: Context, given: Readonly<Record<string, T>>, tell: Tell): { tag: string; value: T }[] {
  return Object.entries(given)
    .flatMap(([tag, value]) => {
      const found = languageIn(context, tag, tell)
      return found === undefined ? [] : [{ ...found, value }]
    })
    .sort((a, b) => ranks[a.rank] - ranks[b.rank])
}

function textsOf(context: Context, given: Texts, form: (text: string) => string | undefined, tell: Tell): Texts {
  const texts: Record<string, string> = {}
  for (const { tag, value } of inLanguages(context, given, tell)) {
    const text = form(value)
    if (text === undefined) continue
    if (texts[tag] === undefined) texts[tag] = text
    else if (texts[tag] !== text) tell('folded-language', `Two texts are in ${tag}: ${quoted(text)} was left out.`)
  }
  return texts
}

interface Collected {
  default?: string
  /** By what they are compared by. */
  readonly synonyms: Map<string, string>
  isStated: boolean
}

function addSynonym({ default: first, synonyms }: Collected, name: string): void {
  const key = fold(name)
  if ((first === undefined || fold(first) !== key) && !synonyms.has(key)) synonyms.set(key, name)
}

function synonymsOf(known: ReadonlyMap<string, string>, name: string | undefined, tag: string, tell: Tell): string[] {
  const key = name === undefined ? undefined : fold(name)
  const synonyms = [...known].flatMap(([form, synonym]) => (form === key ? [] : [synonym]))
  if (synonyms.length > mostTexts)
    tell('limit', `The term has ${synonyms.length} synonyms in ${tag}; a plan takes at most ${mostTexts}.`)
  return synonyms
}

function labelsOf(context: Context, given: TermDoc['labels'], tell: Tell): Readonly<Record<string, LabelsDoc>> {
  const { fixes } = context.choice
  const byTag = new Map<string, Collected>()
  for (const { tag, value } of inLanguages(context, given, tell)) {
    const known = byTag.get(tag)
    const labels: Collected = known ?? { synonyms: new Map<string, string>(), isStated: false }
    byTag.set(tag, labels)
    const name = value.default === undefined ? undefined : nameFor(value.default, fixes, tell)
    if (name !== undefined && labels.default === undefined) labels.default = name
    else if (name !== undefined && labels.default !== undefined && fold(labels.default) !== fold(name)) {
      addSynonym(labels, name)
      labels.isStated = true
      tell('folded-language', `Two default labels are in ${tag}: ${quoted(name)} became a synonym.`)
    }
    for (const one of value.synonyms ?? []) {
      const synonym = nameFor(one, fixes, tell)
      if (synonym !== undefined) addSynonym(labels, synonym)
    }
    if (value.synonyms !== undefined) labels.isStated = true
  }
  return Object.fromEntries(
    [...byTag].map(([tag, { default: name, synonyms, isStated }]) => [
      tag,
      {
        ...(name === undefined ? {} : { default: name }),
        ...(isStated ? { synonyms: synonymsOf(synonyms, name, tag, tell) } : {}),
      },
    ]),
  )
}

function propertiesOf(given: Properties, fixes: Fixes, tell: Tell): Properties {
  // As entries: a key may be `__proto__`.
  const properties = Object.entries(given).flatMap(([key, value]): [string, string][] => {
    const [known, text] = [keyFor(key, tell), valueFor(value, fixes, tell)]
    return known === undefined || text === undefined ? [] : [[known, text]]
  })
  return Object.fromEntries(properties)
}

function idIn(given: string | undefined, tell: Tell): { id?: string } {
  if (given === undefined) return {}
  const id = guidOf(given.trim().replace(/^\{(.*)\}$/, '$1'))
  if (id !== undefined) return { id }
  tell('guid', `'${given}' is not a GUID.`)
  return {}
}

function refOf(given: Ref, tell: Tell): Ref {
  return 'id' in given ? { ...given, ...idIn(given.id, tell) } : given
}

function termOf(context: Context, term: TermDoc, tell: Tell): TermDoc {
  const { fixes } = context.choice
  const { id, labels, descriptions, properties, replacedBy, mergedTermIds, ...others } = term
  const kept = { ...others, ...idIn(id, tell), labels: labelsOf(context, labels, tell) }
  return {
    ...kept,
    ...(descriptions === undefined
      ? {}
      : { descriptions: textsOf(context, descriptions, (text) => descriptionFor(text, fixes, tell), tell) }),
    ...(properties === undefined ? {} : { properties: propertiesOf(properties, fixes, tell) }),
    ...(replacedBy === undefined ? {} : { replacedBy: replacedBy === null ? null : refOf(replacedBy, tell) }),
    ...(mergedTermIds === undefined ? {} : { mergedTermIds: mergedTermIds.flatMap((one) => idIn(one, tell).id ?? []) }),
  }
}

/** A blank label is left out with a note; a term that has no other is refused. */
function tellOf({ reports }: Context, part: Part, softened: boolean): Tell {
  return (code: FaultCode, text: string) => {
    if (code === 'empty-label' && softened) return
    reports.tell(part, code, text)
  }
}

function placeKey({ file, line, column = 0, path }: At): string {
  return `${file} ${line} ${column} ${path}`
}

/** What the reader said of a record that it refused. */
function passRefusals({ refusals }: Context, given: SetDoc | NodeDoc, said: Reports): void {
  if (given.refused !== true) return
  const faults = refusals.get(placeKey(given.at)) ?? []
  for (const one of faults) said.add(given, one)
  if (!said.isRefused(given)) said.add(given, fault('syntax', given.at, 'The record was refused.'))
}

function hasLabel({ labels }: TermDoc): boolean {
  return Object.values(labels).some((one) => one.default !== undefined || (one.synonyms ?? []).length > 0)
}

function nodeOf(context: Context, node: NodeDoc, level: number): NodeDoc {
  const { fixes } = context.choice
  const said = new Reports()
  const at = { ...context, reports: said }
  const isBare = !isRef(node.term) && Object.keys(node.term.labels).length > 0
  const tell = tellOf(at, node, true)
  const term = isRef(node.term) ? refOf(node.term, tell) : termOf(at, node.term, tell)
  if (isBare && !isRef(term) && !hasLabel(term) && !said.isRefused(node))
    said.tell(node, 'empty-label', 'The term has no label.')
  if (level > maxLevels && !fixes.has('levels'))
    said.tell(
      node,
      'level',
      `The term would be on level ${level}; a set has at most ${maxLevels}. --fix levels makes it a child of its ancestor on level ${maxLevels - 1}.`,
    )
  passRefusals(context, node, said)
  const { localProperties } = node
  const made: NodeDoc = {
    ...node,
    term,
    ...(localProperties === undefined ? {} : { localProperties: propertiesOf(localProperties, fixes, tell) }),
    children: childrenOf(context, node.children, level + 1),
  }
  for (const one of said.of(node)) context.reports.add(made, one)
  return made
}

/** With `--fix levels`, what is too deep stands beside its parent. */
function raised(context: Context, nodes: readonly NodeDoc[]): NodeDoc[] {
  return nodes.flatMap((node) => {
    if (node.children.length === 0) return [node]
    const flat: NodeDoc = { ...node, children: [] }
    context.reports.pass(node, flat)
    const below = raised(context, node.children)
    for (const one of node.children) {
      const moved = below.find((each) => each === one || each.at === one.at)
      if (moved !== undefined)
        context.reports.tell(
          moved,
          'truncated',
          `Was below ${quoted(node.at.path)}: it is now beside it, as a set has ${maxLevels} levels.`,
        )
    }
    return [flat, ...below]
  })
}

function childrenOf(context: Context, nodes: readonly NodeDoc[], level: number): NodeDoc[] {
  const made = nodes.map((node) => nodeOf(context, node, level))
  return level === maxLevels && context.choice.fixes.has('levels') ? raised(context, made) : made
}

function setOf(context: Context, set: SetDoc): SetDoc {
  const { fixes, baseLevel = 0 } = context.choice
  const said = new Reports()
  const at = { ...context, reports: said }
  const tell = tellOf(at, set, false)
  passRefusals(context, set, said)
  const { id, names, description, properties, ...others } = set
  const text = description === undefined ? undefined : descriptionFor(description, fixes, tell)
  const made: SetDoc = {
    ...others,
    ...idIn(id, tell),
    names: textsOf(at, names, (name) => nameFor(name, fixes, tell), tell),
    ...(text === undefined ? {} : { description: text }),
    ...(properties === undefined ? {} : { properties: propertiesOf(properties, fixes, tell) }),
    children: childrenOf(context, set.children, baseLevel + 1),
  }
  for (const one of said.of(set)) context.reports.add(made, one)
  return made
}

function groupOf(context: Context, group: GroupDoc): GroupDoc {
  const { fixes } = context.choice
  const said = new Reports()
  const tell = tellOf({ ...context, reports: said }, group, false)
  const { id, name, description, ...others } = group
  const text = description === undefined ? undefined : descriptionFor(description, fixes, tell)
  const made: GroupDoc = {
    ...others,
    ...idIn(id, tell),
    // A format without groups leaves the name empty; where the sets go is then said by the caller.
    name: name === '' ? '' : (nameFor(name, fixes, tell) ?? ''),
    ...(text === undefined ? {} : { description: text }),
    sets: group.sets.map((set) => setOf(context, set)),
  }
  for (const one of said.of(group)) context.reports.add(made, one)
  return made
}

/** `given`: languages that the document itself names are added where the caller wants that. */
function statedLanguages(context: Context, { languageTags = [], defaultLanguageTag }: Doc): void {
  if (context.choice.adds !== true) return
  for (const tag of [...languageTags, ...(defaultLanguageTag === undefined ? [] : [defaultLanguageTag])]) {
    const found = languageOf(tag, context.languages, context.choice)
    if (found?.isAdded === true) context.added.add(found.tag)
  }
}

function refusalsIn(doc: Doc): Map<string, ImportFault[]> {
  const byPlace = new Map<string, ImportFault[]>()
  for (const one of doc.faults) {
    const key = placeKey(one.at)
    if (one.severity !== 'refused') continue
    const known = byPlace.get(key)
    if (known === undefined) byPlace.set(key, [one])
    else known.push(one)
  }
  return byPlace
}

export function normaliseDoc(doc: Doc, languages: Languages, choice: NormaliseChoice): NormalDoc {
  const reports = new Reports()
  const context: Context = { refusals: refusalsIn(doc), languages, choice, reports, added: new Set() }
  statedLanguages(context, doc)
  const groups = doc.groups.map((group) => groupOf(context, group))
  const addedLanguages = [...context.added]
    .filter((tag) => !languages.tags.some((known) => sameTag(known, tag)))
    .sort(compareTags)
  // What was said of a record that is in the document is now with that record.
  const passed = new Set(reports.all())
  const faults = doc.faults.filter((one) => !passed.has(one))
  return { doc: { ...doc, groups, faults }, reports, addedLanguages }
}
