/** Words of a plan, in the language of the pages. */
import { listText } from '../../../i18n/format.ts'
import { maybeText, t } from '../../../i18n/t.ts'
import type { Role } from '../../api.ts'
import type { PlanRow, PlanStep, RowKind } from './rows.ts'

export const signs: Readonly<Record<RowKind, string>> = {
  problem: '!',
  end: '−',
  change: '~',
  create: '+',
  report: '·',
  waits: '·',
  same: '=',
}

export function foundText({ kind, found }: Pick<PlanRow, 'kind' | 'found'>): string {
  if (kind === 'problem') return maybeText(`templates.problem.${found}`) ?? found
  return maybeText(`templates.found.${found}`) ?? found
}

const stepWords = /^(?:create|patch|lock)(?:, (?:create|patch|lock))*$/
const assignmentsLater = /^(\d+) assignments? after approval$/

/** The plan tells in English, by the names of its steps: what is a list of these is told in the language of the page. */
export function whyText(text: string): string {
  const [steps = '', later, ...more] = text.split('; ')
  const n = later === undefined ? undefined : assignmentsLater.exec(later)?.[1]
  if (!stepWords.test(steps) || more.length > 0 || (later !== undefined && n === undefined)) return text
  const words = steps.split(', ').map((step, at) => lowered(doText(step), at))
  return [words.join(', '), ...(n === undefined ? [] : [t('templates.afterApproval', { n: Number(n) })])].join('; ')
}

/** Of what `whyText` leaves as the plan has it. */
export function langOf(text: string): 'en' | undefined {
  return whyText(text) === text ? 'en' : undefined
}

/** Not the first of a sentence: only the sending follows another step, and it begins with no noun. */
function lowered(text: string, at: number): string {
  return at === 0 ? text : text.charAt(0).toLowerCase() + text.slice(1)
}

export function doText(what: string): string {
  return maybeText(`templates.do.${what}`) ?? what
}

export function roleNames(ids: readonly string[], roles: ReadonlyMap<string, Role>): string {
  return listText(ids.map((id) => roles.get(id)?.displayName ?? id))
}

function idsIn(body: PlanStep['body']): readonly string[] {
  const details = body?.['accessDetails'] as { unifiedRoles?: readonly { roleDefinitionId: string }[] } | undefined
  return details?.unifiedRoles?.map(({ roleDefinitionId }) => roleDefinitionId) ?? []
}

/** What the step is about: a group, roles that come and go. */
export function stepDetails(
  { do: what, group, before, after, body }: PlanStep,
  roles: ReadonlyMap<string, Role>,
  groups: ReadonlyMap<string, string>,
): readonly string[] {
  const name = group?.name ?? groups.get(group?.id ?? '') ?? group?.id
  const wanted = after ?? idsIn(body)
  const had = before ?? []
  const come = wanted.filter((id) => !had.includes(id))
  const gone = had.filter((id) => !wanted.includes(id))
  if (what === 'create') return [t('templates.roles.with', { roles: roleNames(wanted, roles) })]
  return [
    ...(name === undefined ? [] : [name]),
    ...(come.length === 0 ? [] : [t('templates.roles.come', { roles: roleNames(come, roles) })]),
    ...(gone.length === 0 ? [] : [t('templates.roles.gone', { roles: roleNames(gone, roles) })]),
  ]
}
