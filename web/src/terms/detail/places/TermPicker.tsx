/** Finds a term while its label is typed. */
import { Combobox, makeStyles, Option, tokens } from '@fluentui/react-components'
import { useEffect, useState } from 'react'
import { graph } from '../../../data/plan.ts'
import { useRead } from '../../../data/query.ts'
import type { FoundTerm } from '../../../data/types.ts'
import { t } from '../../../i18n/t.ts'

const useStyles = makeStyles({
  root: { minWidth: '200px', maxWidth: '360px', width: '100%' },
  path: {
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
    marginLeft: tokens.spacingHorizontalS,
  },
})

const restMs = 80

interface TermPickerProps {
  readonly label: string
  /** Not offered. */
  readonly except: string
  readonly onPick: (id: string, label: string, setId: string) => void
}

export function TermPicker({ label, except, onPick }: TermPickerProps) {
  const styles = useStyles()
  const [text, setText] = useState('')
  const [asked, setAsked] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), restMs)
    return () => clearTimeout(timer)
  }, [text])
  const found = useRead(
    'search',
    ['picker', asked],
    graph<{ items: readonly FoundTerm[] }>('POST', '/termStore/relata.search', { body: { text: asked, top: 8 } }),
    { enabled: asked !== '', placeholderData: (before) => before },
  )
  const items = asked === '' ? [] : (found.data?.items ?? []).filter(({ id }) => id !== except)
  return (
    <Combobox
      className={styles.root}
      aria-label={label}
      placeholder={label}
      freeform
      expandIcon={null}
      value={text}
      selectedOptions={[]}
      onChange={(event) => setText(event.target.value)}
      onOptionSelect={(_, { optionValue, optionText }) => {
        const picked = items.find(({ id }) => id === optionValue)
        if (picked?.id !== undefined) {
          onPick(picked.id, optionText ?? '', picked.setId ?? '')
          setText('')
        }
      }}
    >
      {items.map(({ id = '', label: name = '', path = [], setId }) => (
        <Option key={`${setId} ${id}`} value={id} text={name}>
          {name}
          <span className={styles.path}>{path.slice(0, -1).join(' > ')}</span>
        </Option>
      ))}
      {asked !== '' && items.length === 0 && (
        <Option value="" disabled text="">
          {t('detail.nothingFound')}
        </Option>
      )}
    </Combobox>
  )
}
