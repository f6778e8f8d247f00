/** A button that says why it cannot act, and stays in reach of the keys then. */
import { Button, type ButtonProps, Tooltip } from '@fluentui/react-components'
import { useState } from 'react'

export type ReasonButtonProps = ButtonProps & { readonly reason?: string | undefined }

/** With and without a reason it is the same element, which keeps the focus. */
export function ReasonButton({ reason, ...props }: ReasonButtonProps) {
  const isShut = reason !== undefined
  const [isPointedAt, setPointedAt] = useState(false)
  return (
    <Tooltip
      content={reason ?? ''}
      relationship={isShut ? 'description' : 'inaccessible'}
      visible={isShut && isPointedAt}
      onVisibleChange={(_, { visible }) => setPointedAt(visible)}
    >
      <Button {...props} {...(isShut ? { disabledFocusable: true } : {})} />
    </Tooltip>
  )
}
