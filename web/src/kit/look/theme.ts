/** Which theme is shown, light, dark or high contrast. */
import type { Theme } from '@fluentui/react-components'
import { useEffect, useSyncExternalStore } from 'react'
import { type PageSettings, useSettings } from './settings.ts'
import { themes } from './themes.ts'

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
