/** What a pasted list would become, before it does. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components'
import { t } from '../../../i18n/t.ts'
import type { Line } from '../../rows.ts'

const shownLines = 200

const useStyles = makeStyles({
  list: { maxHeight: '50vh', overflow: 'auto', margin: 0, padding: 0, listStyle: 'none' },
  line: { paddingBlock: tokens.spacingVerticalXXS },
})

interface LinesDialogProps {
  readonly lines: readonly Line[]
  readonly onKeep: () => void
  readonly onClose: () => void
}

export function LinesDialog({ lines, onKeep, onClose }: LinesDialogProps) {
  const styles = useStyles()
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('tree.lines.title', { n: lines.length })}</DialogTitle>
          <DialogContent>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys. */}
            <ul className={styles.list} tabIndex={0} aria-label={t('tree.lines.list')}>
              {lines.slice(0, shownLines).map(({ text, depth }, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines may be alike.
                <li key={at} className={styles.line} style={{ paddingLeft: `${depth * 20}px` }}>
                  {text}
                </li>
              ))}
              {lines.length > shownLines && <li>{t('actions.more', { n: lines.length - shownLines })}</li>}
            </ul>
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button appearance="primary" onClick={onKeep}>
              {t('tree.lines.keep')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
