/** What a change of the record tells by itself. Pure. */
import type { Change, GraphType, Term, TermSet } from '../../../data/types.ts'

export type ChangedRow = GraphType<'relata.changedRow'>

interface LocalName {
  readonly name?: string | null
  readonly languageTag?: string | null
  readonly isDefault?: boolean | null
}

/** The default one in that language, else the first default one. */
function nameIn(names: readonly LocalName[] | null | undefined, language: string): string {
  const all = names?.filter(({ isDefault }) => isDefault !== false) ?? []
  const found = all.find(({ languageTag }) => languageTag?.toLowerCase().startsWith(language))
  return (found ?? all[0])?.name ?? ''
}

function parsed(text: string | null | undefined): Record<string, unknown> {
  if (text === null || text === undefined) return {}
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}

export interface Named {
  readonly labels?: Term['labels']
  readonly localizedNames?: TermSet['localizedNames']
  readonly displayName?: string | null
}

/** `language`: `de`, for example. */
export function nameOf({ labels, localizedNames, displayName }: Named, language: string): string {
  return displayName ?? nameIn(localizedNames ?? labels, language)
}

/** What the row itself tells: labels as they became, or as they were. */
export function nameInRow({ before, after }: ChangedRow, language: string): string {
  return nameOf(parsed(after) as Named, language) || nameOf(parsed(before) as Named, language)
}

/** What a change is taken back by: an import as a whole. */
export function undoId({ id, importId }: Change): string {
  return importId ?? String(id)
}

export interface MemberChange {
  readonly member: string
  readonly before: unknown
  readonly after: unknown
}

/** Members of the first row that changed. */
export function memberChanges({ rows = [] }: Change): MemberChange[] {
  const [row] = rows
  if (row === undefined || row.action !== 'update') return []
  const before = parsed(row.before)
  const after = parsed(row.after)
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].map((member) => ({
    member,
    before: before[member],
    after: after[member],
  }))
}

/** Ids of changes and imports that a later change of the list took back, and was not taken back itself. */
export function takenBack(changes: readonly Change[]): ReadonlySet<string> {
  const gone = new Set<string>()
  // The newest first: what took something back counts unless it was taken back.
  for (const change of changes) {
    const { id, undoes } = change
    if (undoes !== null && undoes !== undefined && !gone.has(String(id))) gone.add(undoes)
  }
  return gone
}
