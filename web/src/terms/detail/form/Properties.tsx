/** Custom properties as one table: name, value, and whether they are shared or of this place only. */
import {
  Button,
  Field,
  Input,
  makeStyles,
  mergeClasses,
  Select,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  Tooltip,
  tokens,
} from '@fluentui/react-components'
import { useRef, useState } from 'react'
import { t } from '../../../i18n/t.ts'
import { DismissRegular } from '../../../kit/icons.ts'
import { useShared } from '../../../kit/styles.ts'
import type { Draft } from '../draft/draft.ts'
import { isEmpty, namesOf, textOf } from '../draft/fields.ts'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, maxWidth: '960px' },
  cell: { paddingBlock: tokens.spacingVerticalXS, overflowWrap: 'anywhere' },
  narrow: { width: '40px' },
  adding: {
    display: 'grid',
    gridTemplateColumns: '1fr 1fr auto auto',
    gap: tokens.spacingHorizontalS,
    alignItems: 'end',
    '@container (max-width: 560px)': { gridTemplateColumns: '1fr' },
  },
  input: { width: '100%', minWidth: 0 },
})

type Kind = 'property' | 'local'

interface PropertiesProps {
  readonly draft: Draft
  /** Of this place only: sets have none. */
  readonly hasLocal: boolean
  /** Shared ones cannot be changed here, as where a pin shows the term. */
  readonly isSharedReadOnly: boolean
}

export function Properties({ draft, hasLocal, isSharedReadOnly }: PropertiesProps) {
  const styles = useStyles()
  const shared = useShared()
  const { fields } = draft
  const rows = (['property', 'local'] as const).flatMap((kind) => namesOf(fields, kind).map((name) => ({ kind, name })))
  const canAdd = !draft.isReadOnly && (hasLocal || !isSharedReadOnly)
  return (
    <div className={styles.root}>
      <h3 className={shared.paneTitle}>{t('properties.title')}</h3>
      {rows.length === 0 ? (
        <div className={shared.soft}>{t('properties.none')}</div>
      ) : (
        <Table size="small" aria-label={t('properties.title')}>
          <TableHeader>
            <TableRow>
              <TableHeaderCell>{t('properties.name')}</TableHeaderCell>
              <TableHeaderCell>{t('properties.value')}</TableHeaderCell>
              <TableHeaderCell>{t('properties.where')}</TableHeaderCell>
              <TableHeaderCell className={styles.narrow}>
                <span className={shared.hidden}>{t('usage.actions')}</span>
              </TableHeaderCell>
            </TableRow>
          </TableHeader>
          <TableBody>
            {rows.map(({ kind, name }) => (
              <PropertyRow
                key={`${kind} ${name}`}
                kind={kind}
                name={name}
                draft={draft}
                isReadOnly={draft.isReadOnly || (kind === 'property' && isSharedReadOnly)}
              />
            ))}
          </TableBody>
        </Table>
      )}
      {canAdd && <Adding draft={draft} hasLocal={hasLocal} isSharedReadOnly={isSharedReadOnly} />}
    </div>
  )
}

interface PropertyRowProps {
  readonly kind: Kind
  readonly name: string
  readonly draft: Draft
  readonly isReadOnly: boolean
}

function PropertyRow({ kind, name, draft, isReadOnly }: PropertyRowProps) {
  const styles = useStyles()
  const shared = useShared()
  const field = `${kind} ${name}`
  const [text, setText] = useState<string | undefined>()
  return (
    <TableRow>
      <TableCell className={mergeClasses(styles.cell, shared.mono)}>{name}</TableCell>
      <TableCell className={styles.cell}>
        <Input
          size="small"
          className={styles.input}
          aria-label={t('properties.valueOf', { name })}
          readOnly={isReadOnly}
          value={text ?? textOf(draft.fields, field)}
          onChange={(_, { value }) => {
            // An empty value would take the row away while it is typed: it goes when the field is left.
            setText(value)
            if (!isEmpty(value)) draft.set(field, value)
          }}
          onBlur={() => {
            if (text !== undefined) draft.set(field, text)
            setText(undefined)
          }}
        />
      </TableCell>
      <TableCell className={mergeClasses(styles.cell, shared.soft)}>{t(`properties.${kind}`)}</TableCell>
      <TableCell className={mergeClasses(styles.cell, styles.narrow)}>
        {!isReadOnly && (
          <Tooltip content={t('detail.removeNamed', { name })} relationship="label">
            <Button size="small" appearance="subtle" icon={<DismissRegular />} onClick={() => draft.set(field, '')} />
          </Tooltip>
        )}
      </TableCell>
    </TableRow>
  )
}

function Adding({ draft, hasLocal, isSharedReadOnly }: PropertiesProps) {
  const styles = useStyles()
  const [name, setName] = useState('')
  const [value, setValue] = useState('')
  const [kind, setKind] = useState<Kind>(isSharedReadOnly ? 'local' : 'property')
  const first = useRef<HTMLInputElement | null>(null)
  const isTaken = !isEmpty(draft.fields[`${kind} ${name.trim()}`])
  const why =
    name.trim() === '' || value === ''
      ? t('properties.fillBoth')
      : isTaken
        ? t('properties.taken', { name: name.trim() })
        : undefined
  const add = (): void => {
    if (why !== undefined) return
    draft.set(`${kind} ${name.trim()}`, value)
    setName('')
    setValue('')
    first.current?.focus()
  }
  return (
    <form
      className={styles.adding}
      onSubmit={(event) => {
        event.preventDefault()
        add()
      }}
    >
      <Field label={t('properties.name')}>
        <Input
          ref={(element: HTMLInputElement | null) => {
            first.current = element
          }}
          value={name}
          onChange={(_, data) => setName(data.value)}
          className={styles.input}
        />
      </Field>
      <Field label={t('properties.value')}>
        <Input value={value} onChange={(_, data) => setValue(data.value)} className={styles.input} />
      </Field>
      {hasLocal && !isSharedReadOnly && (
        <Field label={t('properties.where')}>
          <Select value={kind} onChange={(_, data) => setKind(data.value === 'local' ? 'local' : 'property')}>
            <option value="property">{t('properties.property')}</option>
            <option value="local">{t('properties.local')}</option>
          </Select>
        </Field>
      )}
      <Tooltip content={why ?? t('properties.add')} relationship="description">
        <Button type="submit" disabledFocusable={why !== undefined}>
          {t('properties.add')}
        </Button>
      </Tooltip>
    </form>
  )
}
