/** A drawer at the right: 480 px unless told, below 640 px the whole width. Closing it gives the focus back to what opened it. */
import {
  Button,
  DrawerBody,
  DrawerFooter,
  DrawerHeader,
  DrawerHeaderTitle,
  makeStyles,
  mergeClasses,
  OverlayDrawer,
  tokens,
} from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { t } from '../../i18n/t.ts'
import { DismissRegular } from '../icons.ts'
import { useGiveBack } from '../keys/opener.ts'

const useStyles = makeStyles({
  root: { width: '480px', maxWidth: '100vw' },
  narrow: { width: '410px', '@media (max-width: 640px)': { width: '100vw' } },
  tools: { display: 'flex', flexShrink: 0 },
  body: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalL,
    paddingBlock: tokens.spacingVerticalM,
  },
})

interface SidePanelProps {
  readonly title: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: ReactNode
  readonly footer?: ReactNode
  /** Beside the title. */
  readonly tools?: ReactNode
  /** No: what is left of it can be used meanwhile. */
  readonly isModal?: boolean
  /** Of a preview. */
  readonly width?: 410
}

export function SidePanel({ title, isOpen, onClose, children, footer, tools, isModal = true, width }: SidePanelProps) {
  const styles = useStyles()
  useGiveBack(isOpen)
  return (
    <OverlayDrawer
      className={mergeClasses(styles.root, width === 410 && styles.narrow)}
      position="end"
      open={isOpen}
      modalType={isModal ? 'modal' : 'non-modal'}
      onOpenChange={(_, { open }) => {
        if (!open) onClose()
      }}
    >
      <DrawerHeader>
        <DrawerHeaderTitle
          action={
            <div className={styles.tools}>
              {tools}
              <Button appearance="subtle" aria-label={t('close')} icon={<DismissRegular />} onClick={onClose} />
            </div>
          }
        >
          {title}
        </DrawerHeaderTitle>
      </DrawerHeader>
      <DrawerBody className={styles.body}>{children}</DrawerBody>
      {footer !== undefined && <DrawerFooter>{footer}</DrawerFooter>}
    </OverlayDrawer>
  )
}
