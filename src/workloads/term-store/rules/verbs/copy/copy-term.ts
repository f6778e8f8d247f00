/** `relata.copy` of a term: exchange.md §9.4. All ids are new; a mirror may be copied from, never into. */
import { Faults } from '#base/errors.ts'
import { fold } from '#base/text/fold.ts'
import type { WriteContext } from '#edm/ports.ts'
import { type AnyLabel, defaultLabel, type Label, orderedLabels } from '../../labels/labels.ts'
import { checkSiblings, hasSibling, type Siblings } from '../../labels/siblings.ts'
import { cutTo, maxName, nameIn } from '../../labels/text.ts'
import { type Languages, sameTag } from '../../languages/languages.ts'
import { checkDepth, raiseHeights } from '../../places/height.ts'
import { checkOnce } from '../../places/once.ts'
import { affectedPlaces } from '../../places/tree.ts'
import { checkMayAddTo, checkRoleInSet } from '../../roles/roles.ts'
import type { TermStoreSettings } from '../../settings.ts'
import { checkNoSystemSet, levelAt, needPlace, needSet, storeOfSet } from '../checks.ts'
import type { CopyTo, TermAt } from '../verbs.ts'
import { type CopiedNode, type Copying, readTop, remarkLeftOut, writeCopy } from './copy-branch.ts'

/** `X - Copy`, `X - Copy (2)` …, cut to the length of a name. */
export function copyName(name: string, number: number): string {
  const suffix = number === 1 ? ' - Copy' : ` - Copy (${number})`
  return `${cutTo(name, maxName - suffix.length)}${suffix}`
}

/** The first name that no sibling has. */
async function freeName({ tx }: WriteContext, label: AnyLabel, languages: Languages, at: Siblings): Promise<string> {
  const name = label.name ?? ''
  let free = name
  for (let number = 1; await hasSibling(tx, { ...label, name: free }, languages.defaultTag, at); number += 1)
    free = copyName(name, number)
  return free
}

/** The label as the default one of its language; a synonym of the same text goes. */
function withDefault(labels: readonly Label[], made: Label): Label[] {
  const others = labels.filter(
    ({ name, isDefault, languageTag }) =>
      !(sameTag(languageTag, made.languageTag) && (isDefault || fold(name) === fold(made.name))),
  )
  return orderedLabels([...others, made])
}

/** The labels of the original, but for default ones that a sibling has. */
async function labelsOfCopy(
  context: WriteContext,
  node: CopiedNode,
  name: string | undefined,
  languages: Languages,
  at: Siblings,
): Promise<Label[]> {
  let labels = node.source.labels.map((label) => ({
    name: label.name ?? '',
    isDefault: label.isDefault === true,
    languageTag: label.languageTag ?? '',
  }))
  const { defaultTag } = languages
  const given = name === undefined ? undefined : { name, isDefault: true, languageTag: defaultTag }
  if (given !== undefined) {
    const compared = { labels: [given], defaultTag, exceptId: node.id, targetOf: () => 'name' }
    await checkSiblings(context.tx, compared, at)
    labels = withDefault(labels, given)
  }
  for (const label of labels.filter(({ isDefault }) => isDefault)) {
    if (label.name === given?.name && sameTag(label.languageTag, defaultTag)) continue
    const free = await freeName(context, label, languages, at)
    if (free !== label.name) labels = withDefault(labels, { ...label, name: free })
  }
  return labels
}

function nameOf(given: string | undefined): string | undefined {
  if (given === undefined) return undefined
  const faults = new Faults('invalidRequest')
  const name = nameIn(given, 'name', faults)
  faults.throwIfAny()
  return name
}

/** Copies a term as it occurs in a set. Returns the id of the copy. */
export async function copyTerm(
  settings: TermStoreSettings,
  context: WriteContext,
  from: TermAt,
  to: CopyTo,
): Promise<string> {
  const { tx } = context
  const place = await needPlace(tx, from)
  const target = await needSet(tx, to.setId, 'set')
  await checkMayAddTo(settings, context, target)
  await checkNoSystemSet(tx, target, 'set')
  const { parentId } = to
  const level = await levelAt(tx, to, 'parent')
  const name = nameOf(to.name)
  const copying: Copying = { context, mode: to.shared, leftOut: [] }
  const read = await readTop(copying, place.row, to.withChildren)
  await checkDepth(tx, { setId: target.id, level }, read.height, 'parent')
  const { languages } = await storeOfSet(tx, target)
  const labels = await labelsOfCopy(context, read, name, languages, { setId: target.id, parentId })
  const sortKey = fold(defaultLabel(labels, languages.defaultTag) ?? '')
  const top = { ...read, source: { ...read.source, labels, sortKey } }
  const isShared = await writeCopy(settings, context, [top], { to: target, parentId, level })
  if (isShared) {
    await checkRoleInSet(settings, context, target.id)
    const shown = await affectedPlaces(tx, target.id, parentId)
    await checkOnce(
      tx,
      shown.map(({ setId }) => setId),
      'shared',
    )
  }
  await raiseHeights(tx, { setId: target.id, parentId }, top.height, 'parent')
  remarkLeftOut(copying)
  return top.id
}
