/** Theme, cache and addresses around everything. */
import { FluentProvider } from '@fluentui/react-components'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { queryClient } from './data/query.ts'
import { useLanguage } from './i18n/t.ts'
import { useTheme } from './kit/look/theme.ts'
import { router } from './routes.tsx'

export function App() {
  useLanguage()
  const theme = useTheme()
  return (
    <FluentProvider theme={theme} style={{ height: '100%' }}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </FluentProvider>
  )
}
