/** How the steps look. */
import { makeStyles, tokens } from '@fluentui/react-components'

const narrow = '@media (max-width: 640px)'

export const useStepStyles = makeStyles({
  /** A step that scrolls as a whole. */
  scrolled: {
    flexGrow: 1,
    minHeight: 0,
    overflow: 'auto',
    padding: `0 ${tokens.spacingHorizontalXXL} ${tokens.spacingVerticalL}`,
    [narrow]: { padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalL}` },
  },
  bar: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    flexShrink: 0,
    gap: tokens.spacingHorizontalS,
    padding: `0 ${tokens.spacingHorizontalXXL} ${tokens.spacingVerticalS}`,
    [narrow]: { padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalS}` },
  },
  list: {
    flexGrow: 1,
    minHeight: '120px',
    padding: `0 ${tokens.spacingHorizontalL}`,
    [narrow]: { padding: `0 ${tokens.spacingHorizontalXS}` },
  },
  foot: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    flexShrink: 0,
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXXL}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    [narrow]: { padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}` },
  },
  search: { flex: '0 1 280px', minWidth: 0, [narrow]: { flex: '1 1 100%' } },
  card: { display: 'grid', gap: tokens.spacingVerticalXXS, padding: `${tokens.spacingVerticalXS} 0` },
  heading: {
    flexShrink: 0,
    padding: `0 ${tokens.spacingHorizontalXXL} ${tokens.spacingVerticalS}`,
    [narrow]: { paddingInline: tokens.spacingHorizontalL },
  },
  sign: { display: 'inline-block', width: '16px', fontWeight: tokens.fontWeightSemibold, textAlign: 'center' },
  danger: { color: tokens.colorStatusDangerForeground1 },
  success: { color: tokens.colorStatusSuccessForeground1 },
})
