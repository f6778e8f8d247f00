/** Asks before what cannot be undone: the name has to be typed. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
} from '@fluentui/react-components'
import { type ReactNode, useEffect, useState } from 'react'
import { t } from '../../i18n/t.ts'
import { useGiveBack } from '../keys/opener.ts'

interface ConfirmProps {
  readonly title: string
  /** What has to be typed. */
  readonly name: string
  readonly action: string
  readonly isOpen: boolean
  readonly onCancel: () => void
  readonly onConfirm: () => void
  /** What will happen. */
  readonly children: ReactNode
}

export function ConfirmByName({ title, name, action, isOpen, onCancel, onConfirm, children }: ConfirmProps) {
  const [typed, setTyped] = useState('')
  const fits = typed.trim() === name
  useGiveBack(isOpen)
  // Each time it has to be typed anew.
  useEffect(() => {
    if (!isOpen) setTyped('')
  }, [isOpen])
  return (
    <Dialog
      open={isOpen}
      onOpenChange={(_, { open }) => {
        if (!open) onCancel()
      }}
    >
      <DialogSurface>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            if (fits) onConfirm()
          }}
        >
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent>
              {children}
              <Field label={t('confirm.type', { name })}>
                <Input value={typed} onChange={(_, { value }) => setTyped(value)} autoComplete="off" />
              </Field>
            </DialogContent>
            <DialogActions>
              <Button onClick={onCancel}>{t('cancel')}</Button>
              <Button type="submit" appearance="primary" disabledFocusable={!fits}>
                {action}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
