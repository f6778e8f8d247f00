/** Looks a taxonomy over by all rules that are asked: exchange.md §12. Pure. */
import { compareText } from '../doc/doc-index.ts'
import { caseStyles, ownSigns, sharedLabels, translations } from './labels.ts'
import {
  type FoundFault,
  type Gravities,
  gravities,
  type Looked,
  type Looking,
  type ValidationFinding,
} from './rules.ts'
import { deprecations, mappings, parents, relations } from './states.ts'
import { clashes, leftovers, limits, shapes, shared } from './structure.ts'

const all: readonly Looking[] = [
  ...[clashes, translations, ownSigns, sharedLabels, caseStyles],
  ...[shapes, shared, deprecations, parents, mappings, relations, limits, leftovers],
]

/** Sets in the given order, in each errors before warnings before infos, then by path. */
export function findingsIn(looked: Looked, asked: Gravities): ValidationFinding[] {
  const { taxonomy, setIds } = looked
  const pathOf = ({ set, id }: FoundFault): string => {
    const place = id === undefined ? undefined : taxonomy.place(set, id)
    return [taxonomy.nameOfSet(set), ...(place === undefined ? [] : taxonomy.pathOf(place))].join('/')
  }
  const found = all.flatMap((look) =>
    [...look(looked)].flatMap((one): ValidationFinding[] => {
      const severity = asked[one.rule]
      return severity === 'off' ? [] : [{ ...one, severity, path: pathOf(one) }]
    }),
  )
  const order = new Map(setIds.map((id, at) => [id, at]))
  const rank = ({ set, severity }: ValidationFinding): number =>
    (order.get(set) ?? 0) * gravities.length + gravities.indexOf(severity)
  return found.sort((a, b) => rank(a) - rank(b) || compareText(a.path, b.path) || compareText(a.rule, b.rule))
}

/** How many of each rule. */
export function countsOf(findings: readonly ValidationFinding[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { rule } of findings) counts[rule] = (counts[rule] ?? 0) + 1
  return counts
}

/** The lines of an answer: findings, then the counts. */
export function findingLines(findings: readonly ValidationFinding[]): string {
  return [...findings.map((one) => JSON.stringify(one)), JSON.stringify({ counts: countsOf(findings) })]
    .map((line) => `${line}\n`)
    .join('')
}
