/** Text on background of each state. Every pair has a contrast of 4.5 at least in each theme. */
import { tokens } from '@fluentui/react-components'

export type BadgeTone =
  | 'draft'
  | 'waits'
  | 'going'
  | 'good'
  | 'soon'
  | 'expiring'
  | 'ending'
  | 'ended'
  | 'declined'
  | 'failed'
  | 'expired'

interface Pair {
  readonly color: string
  readonly backgroundColor: string
}

export const tones: Readonly<Record<BadgeTone, Pair>> = {
  draft: { color: tokens.colorNeutralForeground2, backgroundColor: tokens.colorNeutralBackground3 },
  waits: { color: tokens.colorPaletteGoldForeground2, backgroundColor: tokens.colorPaletteGoldBackground2 },
  going: { color: tokens.colorPaletteBlueForeground2, backgroundColor: tokens.colorPaletteBlueBackground2 },
  good: { color: tokens.colorStatusSuccessForeground1, backgroundColor: tokens.colorStatusSuccessBackground1 },
  soon: { color: tokens.colorStatusWarningForeground2, backgroundColor: tokens.colorStatusWarningBackground2 },
  expiring: {
    color: tokens.colorPaletteDarkOrangeForeground2,
    backgroundColor: tokens.colorPaletteDarkOrangeBackground2,
  },
  ending: { color: tokens.colorPalettePeachForeground2, backgroundColor: tokens.colorPalettePeachBackground2 },
  ended: { color: tokens.colorPaletteMinkForeground2, backgroundColor: tokens.colorPaletteMinkBackground2 },
  declined: { color: tokens.colorStatusDangerForeground1, backgroundColor: tokens.colorStatusDangerBackground1 },
  failed: { color: tokens.colorStatusDangerForeground1, backgroundColor: tokens.colorStatusDangerBackground1 },
  expired: { color: tokens.colorPalettePlatinumForeground2, backgroundColor: tokens.colorPalettePlatinumBackground2 },
}
