/** The looks of what a search finds. In high contrast the colours turn round where a hit is active or chosen, with all that is in it. */
import { makeStyles, tokens } from '@fluentui/react-components'

export const useHitStyles = makeStyles({
  root: {
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalS}`,
    border: '1px solid transparent',
    borderRadius: tokens.borderRadiusMedium,
    cursor: 'pointer',
    '--soft': tokens.colorNeutralForeground3,
    '--why': tokens.colorStatusDangerForeground3,
  },
  active: {
    backgroundColor: tokens.colorNeutralBackground1Hover,
    color: tokens.colorNeutralForeground1Hover,
    '--soft': tokens.colorNeutralForeground2Hover,
  },
  chosen: {
    backgroundColor: tokens.colorNeutralBackground1Selected,
    color: tokens.colorNeutralForeground1Selected,
    '--soft': tokens.colorNeutralForeground2Selected,
  },
  // Red on it could not be read in high contrast.
  turned: { '--why': tokens.colorNeutralForeground2Hover },
  soft: { color: 'var(--soft)' },
  why: { color: 'var(--why)' },
  line: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, minWidth: 0 },
  deprecated: { textDecorationLine: 'line-through' },
})
