/** Rows of the lists of this page; cards where there is little room. */
import { makeStyles, tokens } from '@fluentui/react-components'

const narrow = '@media (max-width: 900px)'

export const useRows = makeStyles({
  list: { listStyle: 'none', margin: 0, padding: 0 },
  row: {
    display: 'grid',
    alignItems: 'center',
    columnGap: tokens.spacingHorizontalM,
    minHeight: '44px',
    paddingBlock: tokens.spacingVerticalXS,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    [narrow]: { paddingBlock: tokens.spacingVerticalM, rowGap: tokens.spacingVerticalXXS },
  },
  five: {
    gridTemplateColumns: 'minmax(140px, 1.2fr) minmax(0, 0.8fr) minmax(0, 1fr) minmax(0, 1fr) 330px',
    [narrow]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  /** Buttons at the end; below everything in a card. */
  tools: {
    justifyContent: 'flex-end',
    [narrow]: { justifyContent: 'flex-start', marginTop: tokens.spacingVerticalXS },
  },
  strong: { fontWeight: tokens.fontWeightSemibold, overflowWrap: 'anywhere' },
})
