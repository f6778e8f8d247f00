/** A plan as people read it: a line for each change, then what is refused and noted, then how much it is. */
import { printable } from '#base/json.ts'
import { type Change, type Plan, type PlanRecord, parsePlan, type Value } from '#exchange/plan/records.ts'

const longest = 400

const signs: Readonly<Record<string, string>> = {
  create: '+',
  share: '+',
  delete: '-',
  unshare: '-',
  refused: '!',
  same: '=',
}

function valueText(value: Value): string {
  if (value === null) return '–'
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map((one) => `"${one}"`).join(', ')
  const text = typeof value === 'string' ? `"${value}"` : String(value)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

function changeText({ action }: PlanRecord, { member, from, to }: Change): string {
  const isNew = action === 'create' || action === 'share'
  return isNew ? `    ${member}: ${valueText(to)}` : `    ${member}: ${valueText(from)} → ${valueText(to)}`
}

/** What a plan says at length, as of a text that was cut, is whole in the plan. */
function shortened(text: string): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}

function lineOf({ file, line }: PlanRecord['at']): string {
  return line > 0 ? `  (${file}:${line})` : ''
}

function moreOf(record: PlanRecord): string {
  const { action, relationship, into, order } = record
  if (action === 'share' || action === 'reshare') return ` as ${relationship}`
  if (action === 'merge') return ` into ${into}`
  if (action === 'order') return order?.length === 0 ? ': alphabetical' : `: ${order?.length} terms by hand`
  return ''
}

function recordLines(record: PlanRecord, isLong: boolean): string[] {
  const { at, action, kind, changes, faults } = record
  const head = `${signs[action] ?? '~'} ${action} ${kind} ${at.path}${moreOf(record)}${lineOf(at)}`
  const told = action === 'create' && !isLong ? [] : changes.map((change) => changeText(record, change))
  return [head, ...told, ...faults.map(({ code, text }) => `    ${code}: ${text}`)]
}

function summaryText({ summary, languages }: Plan): string {
  const { lost, same, refused, ...changes } = summary
  const parts = Object.entries(changes).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []))
  const added = languages.add.length > 0 ? [`languages added: ${languages.add.join(', ')}`] : []
  const whole = [...added, ...parts]
  return [
    whole.length === 0 ? 'nothing to change' : whole.join(', '),
    ...(same > 0 ? [`${same} the same`] : []),
    ...(refused > 0 ? [`${refused} REFUSED`] : []),
    ...(lost > 0 ? [`${lost} lost`] : []),
  ].join('; ')
}

/** `isLong`: with the members of what is made. Control characters are shown as what they are. */
export function planShown(text: string, isLong: boolean): string[] {
  const plan = parsePlan(text)
  const remarks = plan.remarks.map(
    ({ severity, at, code, text: said }) =>
      `${severity === 'refused' || severity === 'stops' ? '!' : '·'} ${code} ${shortened(at.path)}: ${shortened(said)}`,
  )
  return [...plan.records.flatMap((record) => recordLines(record, isLong)), ...remarks, summaryText(plan)].map(
    printable,
  )
}
