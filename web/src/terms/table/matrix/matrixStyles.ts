/** How the grid of the matrix looks. */
import { makeStyles, tokens } from '@fluentui/react-components'

export const rowHeight = 32

export const useMatrixStyles = makeStyles({
  said: {
    flexShrink: 0,
    paddingInline: tokens.spacingHorizontalXL,
    color: tokens.colorStatusDangerForeground1,
    fontSize: tokens.fontSizeBase200,
    overflowWrap: 'anywhere',
  },
  root: { flexGrow: 1, minHeight: 0, overflow: 'auto', contain: 'strict', outline: 'none' },
  head: {
    position: 'sticky',
    top: 0,
    zIndex: 2,
    display: 'grid',
    height: `${rowHeight}px`,
    alignItems: 'center',
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
  },
  body: { position: 'relative' },
  row: {
    position: 'absolute',
    left: 0,
    right: 0,
    display: 'grid',
    height: `${rowHeight}px`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  cell: {
    boxSizing: 'border-box',
    height: '100%',
    lineHeight: `${rowHeight - 1}px`,
    paddingInline: tokens.spacingHorizontalS,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    borderRight: `1px solid ${tokens.colorNeutralStroke3}`,
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  path: { color: tokens.colorNeutralForeground3 },
  first: {
    position: 'sticky',
    left: 0,
    zIndex: 1,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  missing: {
    backgroundImage: `repeating-linear-gradient(135deg, ${tokens.colorNeutralStroke2} 0 1px, transparent 1px 7px)`,
  },
  saving: { color: tokens.colorNeutralForeground3, fontStyle: 'italic' },
  refused: { boxShadow: `inset 0 0 0 2px ${tokens.colorStatusDangerBorder2}` },
  input: {
    boxSizing: 'border-box',
    width: '100%',
    height: '100%',
    border: 'none',
    padding: 0,
    font: 'inherit',
    color: 'inherit',
    backgroundColor: tokens.colorNeutralBackground1,
    outline: 'none',
  },
  editing: { outline: `2px solid ${tokens.colorBrandStroke1}`, outlineOffset: '-2px' },
  numbers: { fontWeight: tokens.fontWeightRegular, color: tokens.colorNeutralForeground3 },
})
