/** Which groups shall hold which roles, told once for many relationships: bundles given to groups, or groups named for roles. Pure. */

import { hasTexts, keep, kept } from '../../kit/kept.ts'
import type { AssignmentRow, Group } from '../api.ts'
import { type Bundle, mappedGroups } from '../bundles.ts'
import { heldRoles, shownAssignments, type Wanted } from '../matrix.ts'

/** The roles of a bundle go to a group. */
export interface MappingLine {
  readonly bundle: string
  readonly group: string
}

export type Mapping = { readonly kind: 'named' } | { readonly kind: 'bundles'; readonly lines: readonly MappingLine[] }

export interface NamedRole {
  readonly id: string
  readonly name: string
}

/** Lines that say both; the others are still being filled in. */
export function wholeLines({ lines }: Extract<Mapping, { kind: 'bundles' }>): readonly MappingLine[] {
  return lines.filter(({ bundle, group }) => bundle !== '' && group !== '')
}

/** By group, those of the roles that it shall get: none that the relationship does not have. */
export function rolesByGroup(
  mapping: Mapping,
  roles: readonly NamedRole[],
  groups: readonly Group[],
  bundles: readonly Bundle[],
): ReadonlyMap<string, readonly string[]> {
  if (mapping.kind === 'named') return mappedGroups(roles, groups)
  const found = new Map<string, readonly string[]>()
  for (const { bundle, group } of wholeLines(mapping)) {
    const ofBundle = new Set(bundles.find(({ id }) => id === bundle)?.roles.map(({ id }) => id))
    const here = roles.map(({ id }) => id).filter((id) => ofBundle.has(id))
    if (here.length > 0) found.set(group, [...new Set([...(found.get(group) ?? []), ...here])])
  }
  return found
}

/** What groups have, and what the mapping gives them beside it. */
export function wantedBy(mapped: ReadonlyMap<string, readonly string[]>, rows: readonly AssignmentRow[]): Wanted {
  const shown = shownAssignments(rows)
  return new Map([...mapped].map(([group, ids]) => [group, new Set([...heldRoles(shown.get(group)), ...ids])]))
}

const storageKey = 'relata.gdap.mapping'

/** The last that was applied in this browser. */
export function lastMapping(): Mapping {
  const last = kept('browser', storageKey) as Mapping | null
  if (last?.kind === 'named') return last
  if (
    last?.kind === 'bundles' &&
    Array.isArray(last.lines) &&
    last.lines.every((one) => hasTexts(one, 'bundle', 'group'))
  )
    return last
  return { kind: 'bundles', lines: [{ bundle: '', group: '' }] }
}

export function keepMapping(mapping: Mapping): void {
  keep('browser', storageKey, mapping)
}
