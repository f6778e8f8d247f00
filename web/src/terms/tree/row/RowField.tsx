/** The text field of a row: of a new one, or of one that is renamed. */
import { makeStyles, tokens } from '@fluentui/react-components'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { t } from '../../../i18n/t.ts'
import { CodeRegular } from '../../../kit/icons.ts'
import { shownKeys } from '../../../kit/keys/shortcuts.ts'

const useStyles = makeStyles({
  root: { position: 'relative', flexGrow: 1, minWidth: 0 },
  field: {
    width: '100%',
    height: '24px',
    padding: `0 28px 0 ${tokens.spacingHorizontalS}`,
    font: 'inherit',
    fontSize: tokens.fontSizeBase300,
    color: tokens.colorNeutralForeground1,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStrokeAccessible}`,
    borderRadius: tokens.borderRadiusMedium,
    ':focus': { outline: `2px solid ${tokens.colorCompoundBrandStroke}`, outlineOffset: '-1px' },
  },
  request: {
    position: 'absolute',
    top: 0,
    right: 0,
    display: 'inline-flex',
    alignItems: 'center',
    justifyContent: 'center',
    width: '24px',
    height: '24px',
    padding: 0,
    fontSize: '16px',
    color: tokens.colorNeutralForeground2,
    background: 'none',
    border: 'none',
    cursor: 'pointer',
    ':hover': { color: tokens.colorNeutralForeground1Hover },
  },
  message: {
    position: 'absolute',
    top: '28px',
    left: 0,
    zIndex: 3,
    maxWidth: '100%',
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalS}`,
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorStatusDangerForeground3,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusMedium,
    boxShadow: tokens.shadow8,
  },
})

export interface RowFieldProps {
  readonly label: string
  readonly text: string
  readonly problem: string | undefined
  readonly isSelected: boolean
  readonly onEnter: (text: string) => void
  readonly onLeave: (text: string) => void
  readonly onCancel: () => void
  readonly onTab?: (text: string, step: 1 | -1) => void
  /** Several lines were pasted. */
  readonly onLines?: (text: string) => void
  /** Shows what keeping the text would send. */
  readonly onRequest: (text: string) => void
}

export function RowField(props: RowFieldProps) {
  const { label, text, problem, isSelected, onEnter, onLeave, onCancel, onTab, onLines, onRequest } = props
  const styles = useStyles()
  const field = useRef<HTMLInputElement>(null)
  const isDone = useRef(false)
  // The focus is in the panel that shows the request, and comes back.
  const isShowing = useRef(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when it is put there, or its text was refused.
  useEffect(() => {
    isDone.current = false
    if (field.current === null) return
    field.current.focus({ preventScroll: true })
    if (problem !== undefined) field.current.value = text
    if (isSelected) field.current.select()
  }, [problem])
  const showRequest = (): void => {
    isShowing.current = true
    onRequest(field.current?.value ?? '')
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    // Keys of the tree are not meant while somebody types.
    event.stopPropagation()
    const { value } = event.currentTarget
    if (event.key === 'Enter' && event.altKey) {
      event.preventDefault()
      showRequest()
    } else if (event.key === 'Enter') {
      event.preventDefault()
      // Pressed twice before the field has gone.
      if (isDone.current) return
      isDone.current = onTab === undefined || value.trim() === ''
      onEnter(value)
      if (onTab !== undefined) event.currentTarget.value = ''
    } else if (event.key === 'Escape') {
      event.preventDefault()
      isDone.current = true
      onCancel()
    } else if (event.key === 'Tab' && onTab !== undefined) {
      event.preventDefault()
      onTab(value, event.shiftKey ? -1 : 1)
    }
  }
  return (
    <span className={styles.root}>
      <input
        ref={field}
        className={styles.field}
        aria-label={label}
        aria-invalid={problem !== undefined}
        aria-keyshortcuts="Alt+Enter"
        defaultValue={text}
        onKeyDown={onKeyDown}
        onFocus={() => {
          isShowing.current = false
        }}
        onBlur={(event) => {
          if (isDone.current || isShowing.current) return
          isDone.current = true
          onLeave(event.currentTarget.value)
        }}
        onPaste={(event) => {
          const pasted = event.clipboardData.getData('text')
          if (onLines === undefined || !/\S\r?\n\s*\S/.test(pasted)) return
          event.preventDefault()
          isDone.current = true
          onLines(pasted)
        }}
      />
      <button
        type="button"
        className={styles.request}
        tabIndex={-1}
        aria-label={t('request.show')}
        title={`${t('request.show')} (${shownKeys('Alt+Enter')})`}
        // The focus stays in the field.
        onPointerDown={(event) => event.preventDefault()}
        onClick={showRequest}
      >
        <CodeRegular />
      </button>
      {problem !== undefined && (
        <span className={styles.message} role="alert">
          {problem}
        </span>
      )}
    </span>
  )
}
