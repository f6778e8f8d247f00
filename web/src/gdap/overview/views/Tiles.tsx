/** How many end when: each tile is a filter, and pressed again it is lifted. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { numberText } from '../../../i18n/format.ts'
import { t } from '../../../i18n/t.ts'
import { useShared } from '../../../kit/styles.ts'
import { type TileName, tiles } from './filter.ts'

const useStyles = makeStyles({
  root: {
    display: 'flex',
    gap: tokens.spacingHorizontalM,
    flexShrink: 0,
    overflowX: 'auto',
    padding: `2px ${tokens.spacingHorizontalXXL} ${tokens.spacingVerticalXS}`,
    '@media (max-width: 640px)': { paddingInline: tokens.spacingHorizontalL },
  },
  tile: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-start',
    flex: '1 0 104px',
    maxWidth: '180px',
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground1,
    font: 'inherit',
    textAlign: 'start',
    cursor: 'pointer',
    // High contrast turns the colours around.
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover, color: tokens.colorNeutralForeground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '1px' },
  },
  pressed: {
    backgroundColor: tokens.colorNeutralBackground1Selected,
    color: tokens.colorNeutralForeground1Selected,
    border: `1px solid ${tokens.colorCompoundBrandStroke}`,
    boxShadow: `inset 0 0 0 1px ${tokens.colorCompoundBrandStroke}`,
  },
  number: {
    fontSize: tokens.fontSizeBase500,
    lineHeight: tokens.lineHeightBase500,
    fontWeight: tokens.fontWeightSemibold,
    fontVariantNumeric: 'tabular-nums',
  },
  gap: { flex: '0 0 1px', alignSelf: 'stretch', backgroundColor: tokens.colorNeutralStroke2 },
})

interface TilesProps {
  readonly counts: ReadonlyMap<TileName, number>
  readonly pressed: string | undefined
  readonly onPress: (tile: TileName | undefined) => void
}

export function Tiles({ counts, pressed, onPress }: TilesProps) {
  const styles = useStyles()
  const shared = useShared()
  return (
    <div className={styles.root} role="group" aria-label={t('gdap.tiles')} data-scrolls>
      {tiles.map((tile) => {
        const count = counts.get(tile)
        const isPressed = pressed === tile
        return [
          tile === 'waits' && <span key="gap" className={styles.gap} aria-hidden="true" />,
          <button
            key={tile}
            type="button"
            className={mergeClasses(styles.tile, isPressed && styles.pressed)}
            aria-pressed={isPressed}
            onClick={() => onPress(isPressed ? undefined : tile)}
          >
            <span className={shared.small}>{t(`gdap.tile.${tile}`)}</span>
            <span className={styles.number}>{count === undefined ? '–' : numberText(count)}</span>
          </button>,
        ]
      })}
    </div>
  )
}
