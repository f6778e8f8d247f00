/** The looks of the pills in the top bar: amber where something is not as it usually is. */
import { makeStyles, tokens } from '@fluentui/react-components'

export const usePills = makeStyles({
  pill: { minWidth: 0, whiteSpace: 'nowrap', '@media (max-width: 640px)': { maxWidth: '44px' } },
  amber: {
    backgroundColor: tokens.colorStatusWarningBackground2,
    color: tokens.colorStatusWarningForeground2,
    borderTopColor: tokens.colorStatusWarningBorder2,
    borderRightColor: tokens.colorStatusWarningBorder2,
    borderBottomColor: tokens.colorStatusWarningBorder2,
    borderLeftColor: tokens.colorStatusWarningBorder2,
    ':hover': {
      backgroundColor: tokens.colorStatusWarningBackground2,
      color: tokens.colorStatusWarningForeground2,
    },
  },
  words: { overflow: 'hidden', textOverflow: 'ellipsis', '@media (max-width: 1024px)': { display: 'none' } },
})
