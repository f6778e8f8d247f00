/** The colours of the three themes, over a ramp of our own. */
import {
  type BrandVariants,
  createDarkTheme,
  createLightTheme,
  type Theme,
  teamsHighContrastTheme,
} from '@fluentui/react-components'

const brand: BrandVariants = {
  10: '#011413',
  20: '#04211f',
  30: '#06302d',
  40: '#073d39',
  50: '#084a46',
  60: '#095853',
  70: '#0a665f',
  80: '#0a756d',
  90: '#0d857c',
  100: '#3aa79d',
  110: '#4fb0a7',
  120: '#71c3bb',
  130: '#93d4cd',
  140: '#b3e3de',
  150: '#d2f0ed',
  160: '#ebf9f7',
}

export const themes: Readonly<Record<'light' | 'dark' | 'contrast', Theme>> = {
  light: createLightTheme(brand),
  dark: { ...createDarkTheme(brand), colorBrandForeground1: brand[110], colorBrandForeground2: brand[120] },
  contrast: teamsHighContrastTheme,
}
