/** The columns of a set as a table; which are shown, and in what order, is kept for each person. */
import { mergeClasses } from '@fluentui/react-components'
import { useState } from 'react'
import { scopeKey } from '../../data/session.ts'
import { t } from '../../i18n/t.ts'
import { shortened } from '../../kit/CopyId.tsx'
import { keep, kept } from '../../kit/kept.ts'
import type { GridColumn } from '../../kit/parts/Grid.tsx'
import { useShared } from '../../kit/styles.ts'
import { TimeText } from '../../kit/TimeText.tsx'
import type { Identities } from '../detail/frame/Facts.tsx'
import { kindName } from '../detail/places/places.ts'
import type { Listed, TermFacts } from './api.ts'

export const columnIds = [
  'label',
  'path',
  'id',
  'synonyms',
  'languages',
  'kind',
  'tagging',
  'uses',
  'modified',
  'by',
] as const
export type ColumnId = (typeof columnIds)[number]

const usual: readonly ColumnId[] = ['label', 'path', 'languages', 'kind', 'modified']

function storageKey(): string {
  return `relata.columns ${scopeKey().slice(1).join(' ')}`
}

function isColumn(id: unknown): id is ColumnId {
  return (columnIds as readonly unknown[]).includes(id)
}

function keptColumns(): readonly ColumnId[] {
  const value = kept('browser', storageKey())
  const ids = Array.isArray(value) ? value.filter(isColumn) : []
  return ids.length === 0 ? usual : ids
}

export function useColumnChoice(): readonly [readonly ColumnId[], (next: readonly ColumnId[]) => void] {
  const [chosen, setChosen] = useState(keptColumns)
  return [
    chosen,
    (next) => {
      setChosen(next)
      keep('browser', storageKey(), next)
    },
  ]
}

interface ColumnFacts {
  readonly facts: ReadonlyMap<string, TermFacts>
  readonly languages: readonly string[]
}

function changer(facts: TermFacts | undefined): string {
  const by = facts?.lastModifiedBy as Identities | null | undefined
  const who = by?.user ?? by?.application
  return who?.displayName ?? who?.id ?? ''
}

function filledCount(facts: TermFacts | undefined, languages: readonly string[]): number {
  return languages.filter((tag) => facts?.labels.some((label) => label.isDefault && label.languageTag === tag)).length
}

export function stateText({ kind, isDeprecated }: Listed): string {
  return isDeprecated ? `${kindName(kind)} · ${t('usage.deprecated')}` : kindName(kind)
}

/** What a column sorts by. */
export function sortValue(id: string, row: Listed, { facts, languages }: ColumnFacts): string | number {
  const known = facts.get(row.id)
  const values: Record<ColumnId, () => string | number> = {
    label: () => row.label,
    path: () => row.path.join(' '),
    id: () => row.id,
    synonyms: () => known?.labels.filter(({ isDefault }) => !isDefault).length ?? 0,
    languages: () => filledCount(known, languages),
    kind: () => stateText(row),
    tagging: () => (row.isAvailable ? 1 : 0),
    uses: () => known?.['@relata.state']?.usesElsewhere ?? 0,
    modified: () => known?.lastModifiedDateTime ?? '',
    by: () => changer(known),
  }
  return isColumn(id) ? values[id]() : ''
}

export function columnTitle(id: ColumnId): string {
  return t(`table.column.${id}`)
}

export function useColumns({ facts, languages }: ColumnFacts): Readonly<Record<ColumnId, GridColumn<Listed>>> {
  const shared = useShared()
  const column = (
    id: ColumnId,
    width: string,
    cell: GridColumn<Listed>['cell'],
    more: Partial<GridColumn<Listed>> = {},
  ): GridColumn<Listed> => ({ id, title: columnTitle(id), width, isSortable: true, cell, ...more })
  return {
    label: column('label', 'minmax(140px, 2fr)', ({ label, isDeprecated }) =>
      isDeprecated ? <s className={shared.soft}>{label}</s> : label,
    ),
    path: column('path', 'minmax(100px, 1.5fr)', ({ path }) => (
      <span className={shared.soft}>{path.slice(0, -1).join(' > ')}</span>
    )),
    id: column('id', '170px', ({ id }) => (
      <span className={mergeClasses(shared.mono, shared.soft)} title={id}>
        {shortened(id)}
      </span>
    )),
    synonyms: column('synonyms', 'minmax(140px, 1.5fr)', ({ id }) =>
      facts
        .get(id)
        ?.labels.filter(({ isDefault }) => !isDefault)
        .map(({ name }) => name)
        .join('; '),
    ),
    languages: column(
      'languages',
      '96px',
      ({ id }) => (facts.has(id) ? `${filledCount(facts.get(id), languages)}/${languages.length}` : ''),
      { align: 'end' },
    ),
    kind: column('kind', 'minmax(110px, 1fr)', stateText),
    tagging: column('tagging', '110px', ({ isAvailable }) => t(isAvailable ? 'detail.yes' : 'detail.no')),
    uses: column('uses', '110px', ({ id }) => facts.get(id)?.['@relata.state']?.usesElsewhere || '', { align: 'end' }),
    modified: column('modified', '128px', ({ id }) => <TimeText at={facts.get(id)?.lastModifiedDateTime} />),
    by: column('by', 'minmax(120px, 1fr)', ({ id }) => changer(facts.get(id))),
  }
}
