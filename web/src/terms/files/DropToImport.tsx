/** Around a page of the term store: a file that is dropped on it goes to the import. The menu "Import terms" is its twin. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { type DragEvent, type ReactNode, useRef, useState } from 'react'
import { loadTexts, t } from '../../i18n/t.ts'
import { useGo } from '../../kit/view.ts'
import { putFile } from './pending.ts'

const useStyles = makeStyles({
  root: { position: 'relative' },
  over: {
    position: 'absolute',
    inset: tokens.spacingHorizontalS,
    zIndex: 10,
    display: 'grid',
    placeItems: 'center',
    border: `2px dashed ${tokens.colorCompoundBrandStroke}`,
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground1,
    fontSize: tokens.fontSizeBase400,
    pointerEvents: 'none',
  },
})

interface DropProps {
  readonly children: ReactNode
  readonly className?: string
  /** Options of the import, such as the group: members of its address. */
  readonly options?: string
}

/** A drag of terms within the page is none of files. */
function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer.types.includes('Files')
}

export function DropToImport({ children, className, options = '' }: DropProps) {
  const styles = useStyles()
  const go = useGo()
  const [isOver, setOver] = useState(false)
  const [hasTexts, setTexts] = useState(false)
  const depth = useRef(0)
  const leave = (by: number): void => {
    depth.current = Math.max(0, depth.current + by)
    setOver(depth.current > 0)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button of the import page does the same.
    <div
      className={mergeClasses(styles.root, className)}
      onDragEnter={(event) => {
        if (!hasFiles(event)) return
        leave(1)
        // The pages around which it is may have come without them.
        if (!hasTexts) void loadTexts('termpages').then(() => setTexts(true))
      }}
      onDragLeave={(event) => hasFiles(event) && leave(-1)}
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDrop={(event) => {
        const file = event.dataTransfer.files[0]
        if (!hasFiles(event) || file === undefined) return
        event.preventDefault()
        leave(-depth.current)
        putFile(file)
        go(`/terms/import${options === '' ? '' : `?${options}`}`)
      }}
    >
      {children}
      {isOver && hasTexts && <div className={styles.over}>{t('termimport.dropHere')}</div>}
    </div>
  )
}
