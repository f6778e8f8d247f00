/** Which columns are shown, and in what order. */
import {
  Button,
  Checkbox,
  makeStyles,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  tokens,
} from '@fluentui/react-components'
import { t } from '../../i18n/t.ts'
import { ArrowDownRegular, ArrowUpRegular } from '../../kit/icons.ts'
import { type ColumnId, columnIds, columnTitle } from './columns.tsx'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0 },
  one: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalXS },
  name: { flexGrow: 1 },
})

interface ColumnMenuProps {
  readonly chosen: readonly ColumnId[]
  readonly onChange: (next: readonly ColumnId[]) => void
}

function moved(all: readonly ColumnId[], id: ColumnId, by: number): readonly ColumnId[] {
  const at = all.indexOf(id)
  const rest = all.filter((one) => one !== id)
  return [...rest.slice(0, at + by), id, ...rest.slice(at + by)]
}

export function ColumnMenu({ chosen, onChange }: ColumnMenuProps) {
  const styles = useStyles()
  const others = columnIds.filter((id) => !chosen.includes(id))
  return (
    <Popover trapFocus>
      <PopoverTrigger disableButtonEnhancement>
        <Button size="small">{t('table.columns')}</Button>
      </PopoverTrigger>
      <PopoverSurface aria-label={t('table.columns')}>
        <ul className={styles.list}>
          {[...chosen, ...others].map((id) => {
            const at = chosen.indexOf(id)
            const name = columnTitle(id)
            return (
              <li key={id} className={styles.one}>
                <Checkbox
                  className={styles.name}
                  label={name}
                  checked={at >= 0}
                  disabled={id === 'label'}
                  onChange={() => onChange(at >= 0 ? chosen.filter((one) => one !== id) : [...chosen, id])}
                />
                {at > 0 && (
                  <>
                    <Button
                      size="small"
                      appearance="subtle"
                      icon={<ArrowUpRegular />}
                      aria-label={t('table.columnUp', { name })}
                      disabledFocusable={at === 1}
                      onClick={() => onChange(moved(chosen, id, -1))}
                    />
                    <Button
                      size="small"
                      appearance="subtle"
                      icon={<ArrowDownRegular />}
                      aria-label={t('table.columnDown', { name })}
                      disabledFocusable={at === chosen.length - 1}
                      onClick={() => onChange(moved(chosen, id, 1))}
                    />
                  </>
                )}
              </li>
            )
          })}
        </ul>
      </PopoverSurface>
    </Popover>
  )
}
