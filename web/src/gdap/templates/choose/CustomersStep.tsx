/** For which customers: all, or those that are ticked; also tenants that no list has. */
import { Button, Field, Input, mergeClasses, Textarea } from '@fluentui/react-components'
import { useDeferredValue, useMemo, useState } from 'react'
import { t } from '../../../i18n/t.ts'
import { announce } from '../../../kit/announce.ts'
import { Empty } from '../../../kit/Empty.tsx'
import { AddRegular, SearchRegular } from '../../../kit/icons.ts'
import { Problem } from '../../../kit/Problem.tsx'
import { Grid, type GridColumn } from '../../../kit/parts/Grid.tsx'
import { SidePanel } from '../../../kit/parts/SidePanel.tsx'
import { Skeleton } from '../../../kit/Skeleton.tsx'
import { useShared } from '../../../kit/styles.ts'
import { ReasonButton } from '../../ReasonButton.tsx'
import { type CustomerList, chosenOf, type ListedCustomer } from '../customers.ts'
import { customersInText, type Draft } from '../draft.ts'
import { useStepStyles } from '../styles.ts'

interface CustomersProps {
  readonly draft: Draft
  readonly put: (change: Partial<Draft>) => void
  readonly list: CustomerList
}

/** Ids of tenants, one a line, or a whole `customers.csv`. */
function AddCustomers({
  draft,
  put,
  isOpen,
  onClose,
}: Omit<CustomersProps, 'list'> & { isOpen: boolean; onClose: () => void }) {
  const shared = useShared()
  const [text, setText] = useState('')
  const { found, left } = customersInText(text)
  const add = (): void => {
    const ids = new Set(found.map(({ id }) => id))
    const added = [...draft.added.filter(({ id }) => !ids.has(id)), ...found]
    put({
      added,
      customers: draft.customers === 'all' ? 'all' : [...new Set([...draft.customers, ...ids])],
    })
    announce(t('templates.customers.added', { n: found.length }))
    setText('')
    onClose()
  }
  return (
    <SidePanel title={t('templates.customers.add')} isOpen={isOpen} onClose={onClose}>
      <Field
        label={t('templates.customers.ids')}
        hint={t('templates.customers.idsHint')}
        {...(left === 0
          ? {}
          : {
              validationMessage: t('templates.customers.noId', { n: left }),
              validationState: 'warning' as const,
            })}
      >
        <Textarea value={text} rows={10} resize="vertical" onChange={(_, { value }) => setText(value)} />
      </Field>
      <div className={shared.row}>
        <ReasonButton
          appearance="primary"
          reason={found.length === 0 ? t('templates.customers.noneTyped') : undefined}
          onClick={add}
        >
          {t('templates.customers.addN', { n: found.length })}
        </ReasonButton>
        <Button onClick={onClose}>{t('cancel')}</Button>
      </div>
    </SidePanel>
  )
}

function kindWord({ isCustomer }: ListedCustomer): string {
  return t(isCustomer ? 'templates.customers.known' : 'templates.customers.new')
}

function columns(): readonly GridColumn<ListedCustomer>[] {
  return [
    { id: 'name', title: t('gdap.customer'), width: 'minmax(160px, 2fr)', cell: ({ name }) => name },
    { id: 'kind', title: t('templates.customers.kind'), width: 'minmax(140px, 1fr)', cell: kindWord },
    { id: 'id', title: t('templates.customers.id'), width: 'minmax(290px, 2fr)', cell: ({ id }) => id },
  ]
}

export function CustomersStep({ draft, put, list }: CustomersProps) {
  const styles = useStepStyles()
  const shared = useShared()
  const [text, setText] = useState('')
  const [isAdding, setAdding] = useState(false)
  const wanted = useDeferredValue(text.trim().toLowerCase())
  const { rows, error, again } = list
  const shown = useMemo(
    () => (rows ?? []).filter(({ id, name }) => `${name} ${id}`.toLowerCase().includes(wanted)),
    [rows, wanted],
  )
  const chosen = useMemo(() => chosenOf(rows ?? [], draft.customers), [rows, draft.customers])
  const selected = useMemo(() => {
    const ids = new Set(chosen.map(({ id }) => id))
    return new Set(shown.flatMap(({ id }) => (ids.has(id) ? [id] : [])))
  }, [chosen, shown])
  /** What is not shown stays as it is. */
  const select = (next: ReadonlySet<string>): void => {
    const inSight = new Set(shown.map(({ id }) => id))
    const ids = [...chosen.map(({ id }) => id).filter((id) => !inSight.has(id)), ...next]
    put({ customers: ids.length === rows?.length && ids.length > 0 ? 'all' : ids })
  }
  const toggle = ({ id }: ListedCustomer): void => {
    const next = new Set(selected)
    if (!next.delete(id)) next.add(id)
    select(next)
  }
  if (error !== null)
    return (
      <div className={styles.scrolled}>
        <Problem error={error} onRetry={again} />
      </div>
    )
  if (rows === undefined)
    return (
      <div className={styles.scrolled}>
        <Skeleton lines={10} />
      </div>
    )
  return (
    <>
      <div className={styles.bar}>
        <Input
          className={styles.search}
          type="search"
          contentBefore={<SearchRegular />}
          aria-label={t('templates.customers.find')}
          placeholder={t('templates.customers.find')}
          value={text}
          onChange={(_, { value }) => setText(value)}
        />
        <Button onClick={() => select(new Set(shown.map(({ id }) => id)))}>
          {t('templates.customers.selectAll', { n: shown.length })}
        </Button>
        <Button disabledFocusable={selected.size === 0} onClick={() => select(new Set())}>
          {t('templates.customers.selectNone', { n: selected.size })}
        </Button>
        <Button icon={<AddRegular />} onClick={() => setAdding(true)}>
          {t('templates.customers.add')}
        </Button>
        <span className={shared.numbers} aria-live="polite">
          {t('templates.customers.chosen', { n: chosen.length, total: rows.length })}
        </span>
      </div>
      {shown.length === 0 ? (
        <Empty text={rows.length === 0 ? t('templates.customers.empty') : t('templates.noneMatch')} />
      ) : (
        <div className={styles.list}>
          <Grid
            label={t('templates.step.customers')}
            columns={columns()}
            rows={shown}
            rowKey={({ id }) => id}
            rowName={({ name }) => name}
            selected={selected}
            onSelect={select}
            onOpen={toggle}
            card={{
              height: 64,
              of: (row) => (
                <div className={styles.card}>
                  <div className={shared.ellipsis}>{row.name}</div>
                  <div className={mergeClasses(shared.ellipsis, shared.small, shared.soft)}>{kindWord(row)}</div>
                </div>
              ),
            }}
          />
        </div>
      )}
      <AddCustomers draft={draft} put={put} isOpen={isAdding} onClose={() => setAdding(false)} />
    </>
  )
}
