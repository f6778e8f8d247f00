/** The rules by which a taxonomy is looked over, with how grave a finding is: exchange.md §12. Their names never change. */
import { AppError } from '#base/errors.ts'
import type { TaxonomyPart } from '../plan/taxonomy/taxonomy.ts'

export const gravities = ['error', 'warning', 'info'] as const
export type Gravity = (typeof gravities)[number]

export const validationRules = {
  'sibling-clash': 'error',
  'no-default-label': 'warning',
  'missing-translation': 'warning',
  'missing-set-name': 'warning',
  'missing-description': 'info',
  'synonym-equals-default': 'warning',
  'label-shared': 'warning',
  'label-shared-accents': 'warning',
  'label-mixed-script': 'warning',
  'label-invisible': 'error',
  'label-case-style': 'info',
  'label-html': 'warning',
  'label-long': 'info',
  'language-odd': 'warning',
  deep: 'info',
  wide: 'info',
  'lonely-child': 'info',
  'deep-mirror': 'warning',
  orphan: 'warning',
  'pinned-orphan': 'warning',
  'deprecated-successor': 'error',
  'deprecated-parent': 'warning',
  'deprecated-no-successor': 'info',
  'deprecated-order': 'info',
  'second-parent': 'info',
  'redundant-parent': 'info',
  'top-with-parent': 'info',
  cycle: 'error',
  'mapping-clash': 'error',
  'exact-match-twice': 'warning',
  'related-ancestor': 'warning',
  'related-oneway': 'info',
  'notation-twice': 'warning',
  'reference-broken': 'warning',
  'uri-twice': 'error',
  'limit-near': 'warning',
  'property-near': 'info',
  'order-stale': 'info',
  'contact-odd': 'info',
  unused: 'info',
} as const satisfies Record<string, Gravity>

export type ValidationRule = keyof typeof validationRules

export interface ValidationFinding {
  readonly rule: ValidationRule
  readonly severity: Gravity
  readonly set: string
  /** Of the term; absent: the set itself. */
  readonly id?: string
  /** Labels from the set on, joined by `/`. */
  readonly path: string
  readonly languageTag?: string
  readonly text: string
  /** What would mend it. */
  readonly fix?: string
}

export type FoundFault = Omit<ValidationFinding, 'severity' | 'path'>

/** What rules look at: some sets of a taxonomy. */
export interface Looked {
  readonly taxonomy: TaxonomyPart
  readonly setIds: readonly string[]
  readonly limits: { readonly terms: number; readonly sets: number; readonly termsPerSet: number }
}

export type Looking = (looked: Looked) => Iterable<FoundFault>

export type Gravities = Readonly<Record<ValidationRule, Gravity | 'off'>>

function isRule(name: string): name is ValidationRule {
  return Object.hasOwn(validationRules, name)
}

/**
 * `chosen`: `+name` and `-name` add to all and leave out; names without a sign are the only ones that are asked.
 * `severity`: other gravities than usual, by name. Throws `invalid` for a name that no rule has.
 */
export function chosenRules(chosen: readonly string[], severity: Readonly<Record<string, string>> = {}): Gravities {
  const gravity: Record<string, Gravity | 'off'> = { ...validationRules }
  for (const [name, given] of Object.entries(severity)) {
    if (!isRule(name)) throw unknownRule(name)
    const known = [...gravities, 'off' as const].find((one) => one === given)
    if (known === undefined)
      throw new AppError('invalid', `'${given}' is not one of error, warning, info, off.`, { target: name })
    gravity[name] = known
  }
  const only = chosen.filter((name) => !/^[+-]/.test(name))
  if (only.length > 0) for (const name of Object.keys(gravity)) if (!only.includes(name)) gravity[name] = 'off'
  for (const given of chosen) {
    const name = given.replace(/^[+-]/, '')
    if (!isRule(name)) throw unknownRule(name)
    if (given.startsWith('-')) gravity[name] = 'off'
    else if (gravity[name] === 'off') gravity[name] = validationRules[name]
  }
  return gravity as Gravities
}

function unknownRule(name: string): AppError {
  return new AppError('invalid', `'${name}' is no rule. There are ${Object.keys(validationRules).join(', ')}.`, {
    target: 'rules',
  })
}
