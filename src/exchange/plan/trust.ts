/**
 * What a plan may say. A plan comes back from outside before it is applied, so each record is held against the rules that held
 * when it was made: ids, names of members, texts. Pure.
 */

import { instantIn, instantOf } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'
import { type Languages, storeTag } from '#workloads/term-store/rules/languages/languages.ts'
import { descriptionFor, keyFor, mostTexts, nameFor, valueFor } from '../normalise/text.ts'
import type { Change, PlanRecord } from './records.ts'

const none: ReadonlySet<never> = new Set()
const plainMembers = {
  group: new Set(['name', 'description', 'siteId', 'managers', 'contributors']),
  set: new Set(['description', 'isOpen', 'isAvailableForTagging', 'owner', 'contact', 'stakeholders']),
  term: new Set(['mergedTermIds', 'owner', 'isAvailableForTagging']),
} as const

function refusal(record: PlanRecord, text: string): AppError {
  return new AppError(
    'invalid',
    `The plan has a record that cannot be applied: ${record.action} of ${record.kind} ${record.id}: ${text}`,
    {
      code: 'invalidRequest',
      target: 'plan',
    },
  )
}

function needId(record: PlanRecord, id: unknown, what: string): void {
  if (typeof id !== 'string' || guidOf(id) !== id) throw refusal(record, `${what} is not a GUID in lower case.`)
}

function textOf(record: PlanRecord, { member, to }: Change): string {
  if (typeof to !== 'string') throw refusal(record, `'${member}' is not a text.`)
  return to
}

/** The text has to be as the store keeps it. */
function needForm(
  record: PlanRecord,
  change: Change,
  form: (text: string, tell: (code: string, text: string) => void) => string | undefined,
): void {
  const text = textOf(record, change)
  let said = `'${change.member}' is not in the form in which the store keeps it.`
  if (
    form(text, (_code, why) => {
      said = why
    }) !== text
  )
    throw refusal(record, said)
}

function needName(record: PlanRecord, change: Change): void {
  needForm(record, change, (text, tell) => nameFor(text, none, tell))
}

function needTag(record: PlanRecord, tag: string, languages: Languages): void {
  if (storeTag(languages, tag) !== tag) throw refusal(record, `'${tag}' is not a language of the store.`)
}

function needList(record: PlanRecord, { member, to }: Change): readonly string[] {
  if (to === null) return []
  if (!Array.isArray(to) || to.length > mostTexts || !to.every((one) => typeof one === 'string'))
    throw refusal(record, `'${member}' is not a list of texts.`)
  return to as readonly string[]
}

function checkLabel(record: PlanRecord, change: Change, languages: Languages): void {
  const parts = /^labels\.(.+)\.(default|synonyms)$/.exec(change.member)
  if (parts === null) throw refusal(record, `'${change.member}' is not known.`)
  needTag(record, parts[1] as string, languages)
  if (parts[2] === 'default') {
    if (change.to !== null) needName(record, change)
    return
  }
  for (const to of needList(record, change)) needName(record, { ...change, to })
}

/** How the value of each plain member is checked. */
const plainChecks: Readonly<Record<string, (record: PlanRecord, change: Change) => void>> = {
  isOpen: needFlag,
  isAvailableForTagging: needFlag,
  mergedTermIds: (record, change) => {
    for (const id of needList(record, change)) needId(record, id, 'a merged id')
  },
  managers: needList,
  contributors: needList,
  stakeholders: needList,
  name: needName,
  siteId: (record, change) => void (change.to === null || textOf(record, change)),
  description: (record, change) => needForm(record, change, (text, tell) => descriptionFor(text, none, tell)),
}

function needFlag(record: PlanRecord, { member, to }: Change): void {
  if (typeof to !== 'boolean') throw refusal(record, `'${member}' is not true or false.`)
}

function checkPlain(record: PlanRecord, change: Change): void {
  const { member, to } = change
  if (!plainMembers[record.kind].has(member as never)) throw refusal(record, `'${member}' is not known.`)
  const check = Object.hasOwn(plainChecks, member) ? plainChecks[member] : undefined
  if (check !== undefined) check(record, change)
  else if (to !== null) needForm(record, change, (text, tell) => valueFor(text, none, tell))
}

type KeyedCheck = (record: PlanRecord, change: Change, key: string, languages: Languages) => void

const checkProperty: KeyedCheck = (record, change, key) => {
  if (keyFor(key, () => undefined) !== key) throw refusal(record, `'${key}' cannot be the key of a property.`)
  if (change.to !== null) needForm(record, change, (text, tell) => valueFor(text, none, tell))
}

/** How members with a key are checked, by what the key belongs to. */
const keyedChecks: Readonly<Record<string, { readonly kinds: readonly string[]; readonly check: KeyedCheck }>> = {
  labels: { kinds: ['term'], check: (record, change, _key, languages) => checkLabel(record, change, languages) },
  names: {
    kinds: ['set'],
    check: (record, change, key, languages) => {
      needTag(record, key, languages)
      if (change.to !== null) needName(record, change)
    },
  },
  descriptions: {
    kinds: ['term'],
    check: (record, change, key, languages) => {
      needTag(record, key, languages)
      if (change.to !== null) needForm(record, change, (text, tell) => descriptionFor(text, none, tell))
    },
  },
  properties: { kinds: ['set', 'term'], check: checkProperty },
  localProperties: { kinds: ['term'], check: checkProperty },
}

/** Of a term that is made, where the plan keeps dates. */
function checkDate(record: PlanRecord, change: Change): void {
  const text = textOf(record, change)
  const at = instantIn(text)
  if (at === undefined || instantOf(at) !== text) throw refusal(record, `'${change.member}' is no instant.`)
}

function checkChange(record: PlanRecord, change: Change, { languages, withDates }: Trusted): void {
  if (typeof change?.member !== 'string') throw refusal(record, 'a change has no member.')
  const { member } = change
  const dot = member.indexOf('.')
  const isDate = withDates && record.kind === 'term' && record.action === 'create'
  if (isDate && (member === 'created' || member === 'modified')) {
    checkDate(record, change)
    return
  }
  if (dot < 0) {
    checkPlain(record, change)
    return
  }
  const name = member.slice(0, dot)
  const known = Object.hasOwn(keyedChecks, name) ? keyedChecks[name] : undefined
  if (known?.kinds.includes(record.kind) !== true) throw refusal(record, `'${member}' is not known.`)
  known.check(record, change, member.slice(dot + 1), languages)
}

function checkIds(record: PlanRecord): void {
  const { kind, action, group, set, parent, from, order, replacedBy, into } = record
  needId(record, record.id, 'the id')
  const ids: [unknown, string][] = [
    [group, 'the group'],
    [set, 'the set'],
    [parent, 'the parent'],
    [replacedBy, 'what replaces it'],
    [into, 'the term it is merged into'],
  ]
  for (const [id, what] of ids) if (id !== undefined && id !== null) needId(record, id, what)
  if (from !== undefined) needId(record, 'group' in from ? from.group : from.set, 'the place it comes from')
  if (order !== undefined && (!Array.isArray(order) || order.length > 30_000))
    throw refusal(record, 'the order is not a list.')
  for (const id of order ?? []) needId(record, id, 'an id of the order')
  if (kind === 'term' && set === undefined) throw refusal(record, 'the set is not named.')
  if (kind === 'set' && action === 'create' && group === undefined) throw refusal(record, 'the group is not named.')
  if (action === 'merge' && into === undefined) throw refusal(record, 'the term it is merged into is not named.')
}

export interface Trusted {
  readonly languages: Languages
  /** Terms that are made have dates of their own. */
  readonly withDates: boolean
}

/** Throws `invalid`, naming the record. */
export function checkRecord(record: PlanRecord, trusted: Trusted): void {
  checkIds(record)
  if (record.relationship !== undefined && record.relationship !== 'pin' && record.relationship !== 'reuse')
    throw refusal(record, `'${String(record.relationship)}' is not a kind of sharing.`)
  for (const change of record.changes) checkChange(record, change, trusted)
}
