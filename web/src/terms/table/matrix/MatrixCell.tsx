/** One cell of the matrix: its label, or the field while it is written in. */
import { mergeClasses } from '@fluentui/react-components'
import { t } from '../../../i18n/t.ts'
import { labelFault } from '../../detail/form/rules.ts'
import { useMatrixStyles } from './matrixStyles.ts'
import type { CellState } from './saving.ts'

/** Paths stand behind the first language. */
export function columnIndex(column: number): number {
  return column === 0 ? 1 : column + 2
}

interface MatrixCellProps {
  readonly tag: string
  readonly column: number
  readonly text: string
  /** Whether its labels have been read. */
  readonly isKnown: boolean
  readonly isActive: boolean
  /** While it is written in. */
  readonly edited: string | undefined
  readonly state: CellState | undefined
  readonly takeFocus: (element: HTMLElement | null) => void
  /** Of the field. */
  readonly name: string
  readonly onClick: () => void
  readonly onEdit: (text: string) => void
  readonly onLeave: () => void
}

export function MatrixCell(props: MatrixCellProps) {
  const { tag, column, text, isKnown, isActive, edited, state, takeFocus, name, onClick, onEdit, onLeave } = props
  const styles = useMatrixStyles()
  const isEdited = edited !== undefined
  const isHole = text === '' && isKnown && !isEdited
  const why = (isEdited ? labelFault(edited) : undefined) ?? state?.why
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys.
    <div
      role="gridcell"
      lang={tag}
      aria-colindex={columnIndex(column)}
      tabIndex={isActive ? 0 : -1}
      {...(isHole ? { 'aria-label': t('detail.missing') } : {})}
      {...(state?.why === undefined ? {} : { 'aria-invalid': true, title: state.why })}
      ref={isActive ? takeFocus : undefined}
      className={mergeClasses(
        styles.cell,
        column === 0 && styles.first,
        isHole && styles.missing,
        state !== undefined && state.why === undefined && styles.saving,
        why !== undefined && styles.refused,
        isEdited && styles.editing,
      )}
      onClick={onClick}
      onDoubleClick={() => onEdit(text)}
    >
      {isEdited ? (
        <input
          // biome-ignore lint/a11y/noAutofocus: the cell is written in because somebody asked for it.
          autoFocus
          className={styles.input}
          aria-label={name}
          aria-invalid={why !== undefined}
          value={edited}
          onChange={({ target }) => onEdit(target.value)}
          onBlur={onLeave}
        />
      ) : (
        text
      )}
    </div>
  )
}
