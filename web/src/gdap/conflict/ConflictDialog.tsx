/** Somebody was first: as it was, theirs and mine, and which of them shall stay. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  mergeClasses,
  tokens,
} from '@fluentui/react-components'
import { fullTime } from '../../i18n/format.ts'
import { t } from '../../i18n/t.ts'
import { useGiveBack } from '../../kit/keys/opener.ts'
import { useShared } from '../../kit/styles.ts'
import { useRoles } from '../api.ts'
import { useNames } from '../relationship/LifeLine.tsx'
import type { FieldConflict } from './compare.ts'
import { fieldName, fieldText } from './fields.ts'
import type { Changing, Conflict } from './useChange.ts'

const useStyles = makeStyles({
  scroller: { overflowX: 'auto' },
  table: { borderCollapse: 'collapse', width: '100%' },
  cell: {
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    padding: tokens.spacingHorizontalS,
    textAlign: 'start',
    verticalAlign: 'top',
    overflowWrap: 'anywhere',
  },
  head: { whiteSpace: 'nowrap' },
})

function Fields({ rows, isDeleting }: { readonly rows: readonly FieldConflict[]; readonly isDeleting: boolean }) {
  const styles = useStyles()
  const roles = useRoles()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <div className={styles.scroller} tabIndex={0} role="region" aria-label={t('gdap.conflict.fields')} data-scrolls>
      <table className={styles.table}>
        <thead>
          <tr>
            {(['what', 'was', 'theirs', 'mine'] as const).map((head) => (
              <th key={head} scope="col" className={mergeClasses(styles.cell, styles.head)}>
                {t(`gdap.conflict.${head}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ field, was, theirs, mine }) => (
            <tr key={field}>
              <th scope="row" className={mergeClasses(styles.cell, styles.head)}>
                {fieldName(field)}
              </th>
              <td className={styles.cell}>{fieldText(field, was, roles)}</td>
              <td className={styles.cell}>{fieldText(field, theirs, roles)}</td>
              <td className={styles.cell}>{isDeleting ? t('gdap.conflict.deleted') : fieldText(field, mine, roles)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Body({ conflict, changing }: { readonly conflict: Conflict; readonly changing: Changing }) {
  const shared = useShared()
  const { conflicts, theirs, now, by, body } = conflict
  const nameOf = useNames([by])
  const isDeleting = body === undefined
  const at = now.lastModifiedDateTime
  return (
    <DialogBody>
      <DialogTitle>{t('gdap.conflict.title', { name: now.displayName ?? now.id })}</DialogTitle>
      <DialogContent className={shared.column}>
        <div>
          {t('gdap.conflict.who', {
            who: nameOf(by) ?? t('gdap.conflict.somebody'),
            at: typeof at === 'string' ? fullTime(at) : '',
          })}
        </div>
        <Fields rows={isDeleting ? theirs : conflicts} isDeleting={isDeleting} />
        {!isDeleting && theirs.length > 0 && (
          <div className={mergeClasses(shared.small, shared.soft)}>
            {t('gdap.conflict.kept', { what: theirs.map(({ field }) => fieldName(field)).join(', ') })}
          </div>
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={changing.theirs}>{t('gdap.conflict.useTheirs')}</Button>
        <Button appearance="primary" onClick={changing.mine}>
          {t(isDeleting ? 'gdap.conflict.delete' : 'gdap.conflict.useMine')}
        </Button>
      </DialogActions>
    </DialogBody>
  )
}

export function ConflictDialog({ changing }: { readonly changing: Changing }) {
  const { asked } = changing
  useGiveBack(asked !== undefined)
  return (
    <Dialog
      open={asked !== undefined}
      onOpenChange={(_, { open }) => {
        if (!open) changing.theirs()
      }}
    >
      <DialogSurface>{asked !== undefined && <Body conflict={asked} changing={changing} />}</DialogSurface>
    </Dialog>
  )
}
