/** Findings of the validation: read by lines, counted, filtered. Pure but for `control`. */
import { control, type RequestPlan } from '../../../data/plan.ts'
import type { View } from '../../../kit/view.ts'
import { mendingOf } from './mending.ts'

export const gravities = ['error', 'warning', 'info'] as const
export type Gravity = (typeof gravities)[number]

export interface FoundProblem {
  readonly number: number
  readonly rule: string
  readonly severity: Gravity
  readonly set: string
  readonly id?: string
  readonly path: string
  readonly languageTag?: string
  readonly text: string
  readonly fix?: string
}

export function validateRequest({ set, group }: View): RequestPlan {
  return control('GET', '/term-store/validate', {
    query: { set, group: set === undefined ? group : undefined },
    headers: { Accept: 'application/x-ndjson' },
    token: true,
  })
}

/** The gravest first, else as the server has them. */
export function findingsIn(text: string): readonly FoundProblem[] {
  const found = text.split('\n').flatMap((line, number): FoundProblem[] => {
    if (line === '') return []
    const value = JSON.parse(line) as Record<string, unknown>
    return 'rule' in value ? [{ ...(value as unknown as FoundProblem), number }] : []
  })
  const rank = ({ severity }: FoundProblem): number => gravities.indexOf(severity)
  return found.sort((a, b) => rank(a) - rank(b) || a.number - b.number)
}

export function isShown(
  { severity, rule, path, text }: FoundProblem,
  { only, rule: wanted, find = '' }: View,
): boolean {
  return (
    (only === undefined || severity === only) &&
    (wanted === undefined || rule === wanted) &&
    `${path} ${text} ${rule}`.toLowerCase().includes(find.trim().toLowerCase())
  )
}

/** Where it is mended: the field gets the focus. */
export function mendAddress({ set, id, rule, languageTag }: FoundProblem): string {
  const query = new URLSearchParams(mendingOf(rule, languageTag) as Record<string, string>)
  return id === undefined ? `/terms/s/${set}?${query}` : `/terms/s/${set}/t/${id}?${query}`
}

/** A step of a workflow of GitHub's that fails where something as grave is found. */
export function ciStep(scope: string | undefined, failOn: Gravity, url: string): string {
  const at = scope === undefined ? '' : ` ${scope.replaceAll('"', '')}`
  return [
    '- name: Look the taxonomy over',
    `  run: npx relata terms validate${at} --fail-on ${failOn === 'info' ? 'warning' : failOn}`,
    '  env:',
    `    RELATA_URL: ${url}`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub fills it in.
    '    RELATA_TOKEN: ${{ secrets.RELATA_TOKEN }}',
  ].join('\n')
}
