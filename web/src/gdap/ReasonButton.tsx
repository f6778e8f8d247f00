/** A button that says why it cannot act, and stays in reach of the keys then. */
import { Button, type ButtonProps, Tooltip } from '@fluentui/react-components'

export type ReasonButtonProps = ButtonProps & { readonly reason?: string | undefined }

export function ReasonButton({ reason, ...props }: ReasonButtonProps) {
  if (reason === undefined) return <Button {...props} />
  return (
    <Tooltip content={reason} relationship="description">
      <Button {...props} disabledFocusable />
    </Tooltip>
  )
}
