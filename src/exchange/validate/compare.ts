/** Findings beside others: graded as a project wants them, and without those that were there before. Pure. */
import { type Gravities, gravities, type ValidationFinding } from './rules.ts'

/** Those that are asked for, with the gravity they have there; of each set the gravest first, as they were. */
export function regraded(findings: readonly ValidationFinding[], asked: Gravities): ValidationFinding[] {
  const sets = [...new Set(findings.map(({ set }) => set))]
  const places = new Map(sets.map((id, at) => [id, at]))
  const rank = ({ set, severity }: ValidationFinding): number =>
    (places.get(set) ?? 0) * gravities.length + gravities.indexOf(severity)
  return findings
    .flatMap((one): ValidationFinding[] => {
      const severity = asked[one.rule]
      return severity === 'off' ? [] : [{ ...one, severity }]
    })
    .sort((a, b) => rank(a) - rank(b))
}

type Compared = Pick<ValidationFinding, 'rule' | 'set' | 'id' | 'path' | 'languageTag'>

function keyById({ rule, set, id, languageTag }: Compared): string {
  return `${rule} ${id ?? set} ${languageTag ?? ''}`
}

function keyByPath({ rule, path, languageTag }: Compared): string {
  return `${rule} ${languageTag ?? ''} ${path}`
}

/**
 * What is not among the known ones: by the id of the term, which may have moved or been renamed; else by the path, as files
 * without ids have new ones at each reading. One known finding stands for one.
 */
export function newAmong(
  findings: readonly ValidationFinding[],
  known: readonly Compared[],
): readonly ValidationFinding[] {
  const left = new Set(known)
  const take = (list: readonly ValidationFinding[], keyOf: (one: Compared) => string): ValidationFinding[] => {
    const byKey = new Map<string, Compared[]>()
    for (const one of left) byKey.set(keyOf(one), [...(byKey.get(keyOf(one)) ?? []), one])
    return list.filter((one) => {
      const same = byKey.get(keyOf(one))?.pop()
      return same === undefined || !left.delete(same)
    })
  }
  const isNew = new Set(take(take(findings, keyById), keyByPath))
  return findings.filter((one) => isNew.has(one))
}

/** The lines of an answer as `findingLines` writes them; undefined: it is something else. */
export function findingsInLines(text: string): ValidationFinding[] | undefined {
  const found: ValidationFinding[] = []
  let isAnswer = false
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const value = parsed(line)
    if (typeof value !== 'object' || value === null) return undefined
    if ('rule' in value && 'severity' in value && 'path' in value) found.push(value as ValidationFinding)
    else if (!('counts' in value)) return undefined
    isAnswer = true
  }
  return isAnswer ? found : undefined
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
