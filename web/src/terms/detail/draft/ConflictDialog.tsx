/** Two people have changed the same field: what it was, what the other made of it, what I did. One of the two is taken. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  makeStyles,
  Radio,
  RadioGroup,
  tokens,
} from '@fluentui/react-components'
import { useState } from 'react'
import { t } from '../../../i18n/t.ts'
import { useShared } from '../../../kit/styles.ts'
import type { Draft } from './draft.ts'
import type { FieldValue } from './fields.ts'

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  was: { marginLeft: tokens.spacingHorizontalS, overflowWrap: 'anywhere' },
})

export function valueText(value: FieldValue): string {
  if (typeof value === 'boolean') return value ? t('detail.yes') : t('detail.no')
  const text = typeof value === 'string' ? value : value.join('; ')
  return text === '' ? t('detail.empty') : text
}

interface ConflictProps {
  readonly draft: Draft
  readonly fieldName: (field: string) => string
}

export function ConflictDialog({ draft, fieldName }: ConflictProps) {
  const styles = useStyles()
  const shared = useShared()
  const [theirs, setTheirs] = useState<ReadonlySet<string>>(new Set())
  const { conflicts } = draft
  return (
    <Dialog
      open={conflicts.length > 0}
      onOpenChange={(_, { open }) => {
        if (!open) draft.giveUp()
      }}
    >
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('detail.conflict.title')}</DialogTitle>
          <DialogContent className={styles.list}>
            <div>{t('detail.conflict.text')}</div>
            {conflicts.map(({ field, was, theirs: other, mine }) => (
              <Field key={field} label={fieldName(field)}>
                <div className={`${shared.small} ${shared.soft} ${styles.was}`}>
                  {t('detail.conflict.was', { value: valueText(was) })}
                </div>
                <RadioGroup
                  value={theirs.has(field) ? 'theirs' : 'mine'}
                  onChange={(_, { value }) => {
                    const next = new Set(theirs)
                    if (value === 'theirs') next.add(field)
                    else next.delete(field)
                    setTheirs(next)
                  }}
                >
                  <Radio value="mine" label={t('detail.conflict.mine', { value: valueText(mine) })} />
                  <Radio value="theirs" label={t('detail.conflict.theirs', { value: valueText(other) })} />
                </RadioGroup>
              </Field>
            ))}
          </DialogContent>
          <DialogActions>
            <Button onClick={draft.giveUp}>{t('detail.conflict.back')}</Button>
            <Button
              appearance="primary"
              onClick={() =>
                draft.settle(
                  Object.fromEntries(
                    conflicts.map(({ field, theirs: other, mine }) => [field, theirs.has(field) ? other : mine]),
                  ),
                )
              }
            >
              {t('detail.save')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
