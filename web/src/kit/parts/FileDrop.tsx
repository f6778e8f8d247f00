/** A place for a file: dropped, or chosen by its button. */
import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { type DragEvent, useId, useRef, useState } from 'react'
import { ArrowUploadRegular } from '../icons.ts'
import { useShared } from '../styles.ts'

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    padding: tokens.spacingHorizontalM,
    border: `1px dashed ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  over: { backgroundColor: tokens.colorBrandBackground2, border: `1px dashed ${tokens.colorBrandStroke1}` },
})

interface FileDropProps {
  /** What the button says. */
  readonly action: string
  /** Which files, and what becomes of them. */
  readonly text: string
  /** As `accept` of a file input. */
  readonly accept: string
  /** Why no file is taken at the moment. */
  readonly reason?: string | undefined
  readonly onFile: (file: File) => void
}

export function FileDrop({ action, text, accept, reason, onFile }: FileDropProps) {
  const styles = useStyles()
  const shared = useShared()
  const input = useRef<HTMLInputElement>(null)
  const described = useId()
  const [isOver, setOver] = useState(false)
  const over = (event: DragEvent, next: boolean): void => {
    event.preventDefault()
    setOver(next && reason === undefined)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button does the same.
    <div
      className={mergeClasses(styles.root, isOver && styles.over)}
      onDragOver={(event) => over(event, true)}
      onDragLeave={(event) => over(event, false)}
      onDrop={(event) => {
        over(event, false)
        const [file] = event.dataTransfer.files
        if (file !== undefined && reason === undefined) onFile(file)
      }}
    >
      <Button
        icon={<ArrowUploadRegular />}
        disabledFocusable={reason !== undefined}
        aria-describedby={described}
        onClick={() => input.current?.click()}
      >
        {action}
      </Button>
      <span id={described} className={mergeClasses(shared.soft, shared.small, shared.grow)}>
        {reason ?? text}
      </span>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        aria-label={action}
        onChange={({ target }) => {
          const [file] = target.files ?? []
          if (file !== undefined) onFile(file)
          // The same file may be chosen again.
          target.value = ''
        }}
      />
    </div>
  )
}

/** Gives the browser a file to keep. */
export function saveFile(name: string, content: Blob): void {
  const link = document.createElement('a')
  const address = URL.createObjectURL(content)
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
