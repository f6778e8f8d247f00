/** A change in words: what was done, to what, and what became of it. */
import type { Change } from '../../../data/types.ts'
import { maybeText, t } from '../../../i18n/t.ts'
import type { KnownGroups } from '../../groups.ts'
import { verbText } from '../undoing.ts'
import { type MemberChange, memberChanges } from './change-facts.ts'

export const verbs = [
  'create',
  'update',
  'delete',
  'import',
  'undo',
  'restore',
  'move',
  'copy',
  'merge',
  'deprecate',
  'undeprecate',
  'setAvailableForTagging',
  'setLocalProperties',
  'reassignSource',
  'order',
  'setContacts',
  'setSubmissionPolicy',
  'setRoles',
  'purge',
] as const

export interface ChangeWords {
  readonly verb: string
  readonly kind: string | undefined
  readonly name: string
  readonly by: string
  /** Where it is, as an address of the pages; of what is gone there is none. */
  readonly to: string | undefined
  readonly before: string
  readonly after: string
}

interface LabelFact {
  readonly name?: string
  readonly description?: string
  readonly languageTag?: string
  readonly key?: string
  readonly value?: string
}

function factText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–'
  if (typeof value === 'boolean') return t(value ? 'termpages.yes' : 'termpages.no')
  if (!Array.isArray(value)) return typeof value === 'object' ? JSON.stringify(value) : String(value)
  if (value.length === 0) return '–'
  return (value as readonly (LabelFact | string)[])
    .map((one) => {
      if (typeof one === 'string') return one
      if (one.key !== undefined) return `${one.key} = ${one.value}`
      const text = one.name ?? one.description ?? JSON.stringify(one)
      return one.languageTag === undefined ? text : `${text} (${one.languageTag})`
    })
    .join(', ')
}

function memberName(member: string): string {
  return maybeText(`termpages.member.${member}`) ?? member
}

function sideText(members: readonly MemberChange[], side: 'before' | 'after', names: (id: string) => string): string {
  return members
    .map(({ member, ...values }) => {
      const value = values[side]
      const isPlace = /^(?:parentId|setId|groupId)$/.test(member)
      const text =
        isPlace && typeof value === 'string' ? names(value) : isPlace ? t('termimport.root') : factText(value)
      return members.length === 1 ? text : `${memberName(member)}: ${text}`
    })
    .join(' · ')
}

function addressOf(change: Change): string | undefined {
  const row = change.rows?.[0]
  if (row === undefined || row.action === 'delete') return undefined
  if (row.kind === 'group') return `/terms/g/${row.id}`
  if (row.kind === 'set') return `/terms/s/${row.id}`
  return row.kind === 'term' && row.setId ? `/terms/s/${row.setId}/t/${row.id}` : undefined
}

export function wordsOf(change: Change, names: ReadonlyMap<string, string>, known: KnownGroups): ChangeWords {
  const row = change.rows?.[0]
  const nameOfId = (id: string): string =>
    names.get(id) ?? known.set(id)?.name ?? known.group(id)?.name ?? id.slice(0, 8)
  const members = memberChanges(change)
  const count = change.count ?? 1
  const set = known.set(row?.setId)
  const isNamelessRelation = row?.kind === 'relation' && set !== undefined && !names.has(row.id ?? '')
  const single = isNamelessRelation
    ? t('termchanges.relationIn', { set: set.name })
    : row?.id === undefined
      ? ''
      : nameOfId(row.id)
  const what = members.length === 1 && members[0] !== undefined ? `: ${memberName(members[0].member)}` : ''
  return {
    verb: `${verbText(change.verb)}${change.verb === 'update' ? what : ''}`,
    kind: row?.kind,
    by:
      change.by?.name ??
      (change.by?.kind === 'system'
        ? t('termchanges.bySystem')
        : (maybeText(`termchanges.by.${change.by?.kind}`) ?? '')),
    name:
      row === undefined
        ? t('termchanges.rows', { n: count })
        : count > 1
          ? t('termchanges.andMore', { name: single, n: count - 1 })
          : `${single}`,
    to: addressOf(change),
    before: sideText(members, 'before', nameOfId),
    after: sideText(members, 'after', nameOfId),
  }
}
