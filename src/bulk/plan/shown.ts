/** A plan as people read it (events.md §7.7). */
import { printable } from '#base/json.ts'
import { waitingWords } from './facts.ts'
import type { BulkPlan, PlanLine } from './plan-file.ts'

const signs: Readonly<Record<string, string>> = {
  create: '+',
  delete: '-',
  terminate: '-',
  none: ' ',
  report: '·',
}

function signOf({ found }: PlanLine): string {
  return signs[found] ?? (waitingWords.has(found) ? '·' : '~')
}

const order = '~+-· '

function whoOf({ customer, customerName }: { readonly customer: string; readonly customerName: string }): string {
  return customerName === '' ? customer : customerName
}

export function summaryText({ summary, steps }: BulkPlan): string {
  const { unchanged = 0, waiting = 0, waitingForApproval = 0, reported = 0, problems = 0 } = summary
  const told = ['create', 'lock', 'assign', 'terminate']
  const more = Object.entries(summary).filter(
    ([word, count]) => count > 0 && !told.includes(word) && steps.some((step) => step.do === word),
  )
  const counts = [...told.map((word) => `${summary[word] ?? 0} ${word}`), ...more.map(([word, n]) => `${n} ${word}`)]
  const others = waiting - waitingForApproval
  const rest = [
    ...(waitingForApproval > 0 ? [`${waitingForApproval} waiting for approval`] : []),
    ...(others > 0 ? [`${others} waiting`] : []),
    ...(reported > 0 ? [`${reported} reported`] : []),
    ...(unchanged > 0 ? [`${unchanged} unchanged`] : []),
    ...(problems > 0 ? [`${problems} ${problems === 1 ? 'problem' : 'problems'}`] : []),
  ]
  const none = problems > 0 ? 'nothing can be done' : 'nothing to do'
  const head = steps.length === 0 ? none : counts.join(', ')
  return `Plan: ${[head, ...(rest.length > 0 ? [rest.join(', ')] : [])].join('; ')}.`
}

/** `most`: lines of what is unchanged are left out where there are more lines than that. */
export function bulkPlanShown(plan: BulkPlan, most = 200): string[] {
  const isLong = plan.lines.length > most
  const shown = isLong ? plan.lines.filter(({ found }) => found !== 'none') : plan.lines
  const sorted = shown.toSorted((a, b) => order.indexOf(signOf(a)) - order.indexOf(signOf(b)))
  const width = Math.max(0, ...sorted.map(({ key }) => key.length))
  const nameWidth = Math.min(24, Math.max(0, ...sorted.map((line) => whoOf(line).length)))
  const lines = sorted.map((line) => {
    const warning = line.isWarning === true ? 'warning: ' : ''
    return `${signOf(line)} ${line.key.padEnd(width)}  ${whoOf(line).padEnd(nameWidth)}  ${warning}${line.text}`
  })
  const groups = plan.steps.filter((step) => step.do === 'make-group').map(({ key }) => `+ ${key}`)
  const problems = plan.problems.map(
    (one) => `! ${one.code}  ${whoOf(one)}  ${one.template === '' ? '' : `${one.template}: `}${one.text}`,
  )
  return [...groups, ...lines, ...problems, summaryText(plan)].map(printable)
}
