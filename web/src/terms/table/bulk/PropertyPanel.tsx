/** One property of many terms: its name and value. The others of each term stay. */
import { Button, Field, Input } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { mostInBatch } from '../../../data/batch.ts'
import { key as cacheKey } from '../../../data/keys.ts'
import { graph } from '../../../data/plan.ts'
import { ask } from '../../../data/send.ts'
import { t } from '../../../i18n/t.ts'
import { Problem } from '../../../kit/Problem.tsx'
import { SidePanel } from '../../../kit/parts/SidePanel.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { useShared } from '../../../kit/styles.ts'
import { type KeyValue, termPath } from '../../detail/api.ts'
import { type Listed, readSome } from '../api.ts'
import { requestsOf } from './chosen.ts'
import type { Task } from './job.ts'

type Known = ReadonlyMap<string, readonly KeyValue[]>

/** Properties are sent as a whole, so those that a term has are read first. */
async function readProperties(setId: string, rows: readonly Listed[], signal: AbortSignal): Promise<Known> {
  const known = new Map<string, readonly KeyValue[]>()
  for (let at = 0; at < rows.length; at += mostInBatch) {
    const ids = rows.slice(at, at + mostInBatch).map(({ id }) => id)
    const { value } = await ask(readSome(setId, ids, 'id,properties'), { signal })
    for (const one of value) known.set(one.id, (one as { properties?: readonly KeyValue[] }).properties ?? [])
  }
  return known
}

function tasksOf(rows: readonly Listed[], known: Known, { key, value }: KeyValue): readonly Task[] {
  return rows.map(({ id, homeSetId, label }) => ({
    key: id,
    name: label,
    plan: graph('PATCH', termPath(homeSetId, id), {
      body: {
        properties: [
          ...(known.get(id) ?? []).filter((property) => property.key !== key),
          ...(value === '' ? [] : [{ key, value }]),
        ],
      },
    }),
  }))
}

interface PropertyPanelProps {
  readonly setId: string
  readonly rows: readonly Listed[]
  readonly onClose: () => void
  readonly onTasks: (tasks: readonly Task[]) => void
}

export function PropertyPanel({ setId, rows, onClose, onTasks }: PropertyPanelProps) {
  const shared = useShared()
  const [key, setKey] = useState('')
  const [value, setValue] = useState('')
  const known = useQuery({
    queryKey: cacheKey('term', 'properties', setId, rows.map(({ id }) => id).join(' ')),
    queryFn: ({ signal }) => readProperties(setId, rows, signal),
    staleTime: 0,
    gcTime: 0,
  })
  const name = key.trim()
  const why = name === '' ? t('bulk.why.name') : known.data === undefined ? t('bulk.why.reading') : undefined
  const tasks = known.data === undefined || name === '' ? [] : tasksOf(rows, known.data, { key: name, value })
  return (
    <SidePanel
      title={t('bulk.propertyTitle', { n: rows.length })}
      isOpen
      onClose={onClose}
      tools={<RequestPreview plans={() => requestsOf(tasks)} />}
      footer={
        <Button
          appearance="primary"
          disabledFocusable={why !== undefined}
          title={why}
          onClick={() => {
            if (why === undefined) onTasks(tasks)
          }}
        >
          {t('bulk.property')}
        </Button>
      }
    >
      <div className={shared.column}>
        {known.error !== null && <Problem error={known.error} onRetry={() => void known.refetch()} />}
        <Field label={t('properties.name')}>
          <Input value={key} onChange={(_, data) => setKey(data.value)} />
        </Field>
        <Field label={t('properties.value')} hint={t('bulk.emptyRemoves')}>
          <Input value={value} onChange={(_, data) => setValue(data.value)} />
        </Field>
      </div>
    </SidePanel>
  )
}
