/** Light, dark and high contrast, over a ramp of our own. */
import {
  type BrandVariants,
  createDarkTheme,
  createLightTheme,
  type Theme,
  teamsHighContrastTheme,
} from '@fluentui/react-components'
import { useEffect, useSyncExternalStore } from 'react'
import { type PageSettings, useSettings } from './settings.ts'

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

const darkQuery = matchMedia('(prefers-color-scheme: dark)')

export function themeName(choice: PageSettings['theme'], isDark: boolean): keyof typeof themes {
  if (choice === 'system') return isDark ? 'dark' : 'light'
  return choice
}

/** Also tells the document, so that scroll bars and native fields fit. */
export function useTheme(): Theme {
  const { theme, density } = useSettings()
  const isDark = useSyncExternalStore(
    (listener) => {
      darkQuery.addEventListener('change', listener)
      return () => darkQuery.removeEventListener('change', listener)
    },
    () => darkQuery.matches,
  )
  const name = themeName(theme, isDark)
  useEffect(() => {
    document.documentElement.dataset['density'] = density
    document.documentElement.dataset['theme'] = name
    document.documentElement.style.colorScheme = name === 'light' ? 'light' : 'dark'
    document.body.style.background = themes[name].colorNeutralBackground1
  }, [density, name])
  return themes[name]
}
