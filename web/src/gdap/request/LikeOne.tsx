/** Takes over roles and terms of a relationship that exists: roles cannot be added to one later. */
import { Combobox, makeStyles, Option } from '@fluentui/react-components'
import { useState } from 'react'
import { graph, literal } from '../../data/plan.ts'
import { useRead } from '../../data/query.ts'
import type { Page } from '../../data/types.ts'
import { t } from '../../i18n/t.ts'
import type { RelationshipRow } from '../api.ts'

const useStyles = makeStyles({ box: { minWidth: '160px', width: '240px', maxWidth: '100%' } })

export function LikeOne({ onChoose }: { readonly onChoose: (row: RelationshipRow) => void }) {
  const styles = useStyles()
  const [text, setText] = useState('')
  const found = useRead(
    'relationships',
    ['like', text],
    graph<Page<RelationshipRow>>('GET', '/tenantRelationships/delegatedAdminRelationships', {
      query: {
        $filter:
          text === ''
            ? undefined
            : `contains(displayName,${literal(text)}) or contains(customer/displayName,${literal(text)})`,
        $orderby: 'displayName',
        $top: 30,
      },
    }),
  )
  const rows = found.data?.value ?? []
  return (
    <Combobox
      className={styles.box}
      aria-label={t('gdap.new.like')}
      placeholder={t('gdap.new.like')}
      freeform
      // The arrow keys open it: one Tab stop is enough.
      expandIcon={{ tabIndex: -1 }}
      value={text}
      selectedOptions={[]}
      onChange={(event) => setText(event.target.value)}
      onOptionSelect={(_, { optionValue }) => {
        const row = rows.find(({ id }) => id === optionValue)
        if (row === undefined) return
        setText('')
        onChoose(row)
      }}
    >
      {rows.map(({ id, displayName, customer }) => (
        <Option key={id} value={id} text={displayName ?? id}>
          {typeof customer?.displayName === 'string' ? `${displayName} · ${customer.displayName}` : (displayName ?? id)}
        </Option>
      ))}
    </Combobox>
  )
}
