/** Records of a plan in words. */
import { maybeText, t } from '../../../i18n/t.ts'
import { lacksGroup } from './need.ts'
import type { PlanChange, PlanList, PlanRecord } from './plan-lines.ts'

function valueText(value: unknown): string {
  if (value === null || value === undefined) return '–'
  if (Array.isArray(value)) return value.join(', ')
  if (typeof value === 'boolean') return t(value ? 'termpages.yes' : 'termpages.no')
  return String(value)
}

/** `labels.en-US.default` → Label (en-US). */
export function memberText(member: string): string {
  const [first = '', second = '', third = ''] = member.split('.')
  const key = first === 'labels' ? (third === 'synonyms' ? 'synonyms' : 'label') : first
  const words = maybeText(`termpages.member.${key}`) ?? key
  return second === '' ? words : `${words} (${second})`
}

export function actionText({
  action,
  kind,
  relationship,
}: Pick<PlanRecord, 'action' | 'kind' | 'relationship'>): string {
  const words = maybeText(`termimport.action.${action}.${kind}`) ?? maybeText(`termimport.action.${action}`) ?? action
  return relationship === undefined
    ? words
    : `${words}: ${t(relationship === 'pin' ? 'termsearch.place.pin' : 'termsearch.place.reuse')}`
}

export interface BeforeAfter {
  readonly before: string
  readonly after: string
}

function joined(changes: readonly PlanChange[], side: 'from' | 'to'): string {
  return changes
    .filter((change) => change[side] !== null && change[side] !== undefined && change[side] !== '')
    .map((change) => (changes.length === 1 ? '' : `${memberText(change.member)}: `) + valueText(change[side]))
    .join(' · ')
}

/** Names of places are known as far as the file has them. */
function placeName(id: string | null | undefined, plan: PlanList): string {
  if (id === null || id === undefined) return t('termimport.root')
  return plan.pathOf(id) ?? id
}

export function beforeAfter(record: PlanRecord, plan: PlanList): BeforeAfter {
  if (record.action === 'move' && record.from !== undefined) {
    const after = record.at.path.split('/').slice(0, -1).join('/')
    return { before: placeName(record.from.parent ?? record.from.group, plan), after }
  }
  return { before: joined(record.changes, 'from'), after: joined(record.changes, 'to') }
}

/** The number of the line stands beside it. */
export function faultText(record: PlanRecord, plan: PlanList): string {
  if (plan.lacksGroup && lacksGroup(record)) return t('termimport.fault.group')
  return record.faults.map(({ text }) => text.replace(/^line \d+(?:, column \d+)?: /, '')).join(' ')
}

export { valueText }
