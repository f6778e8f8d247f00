/** `/`: in a stand-in the overview of the server, in a registry what concerns the person. Each is a chunk of its own. */
import { lazy, Suspense } from 'react'
import { useSession } from '../data/session.ts'
import { loadTexts } from '../i18n/t.ts'

const HomePage = lazy(async () => {
  const [{ HomePage: page }] = await Promise.all([import('./HomePage.tsx'), loadTexts('admin')])
  return { default: page }
})
const OverviewPage = lazy(async () => ({ default: (await import('./OverviewPage.tsx')).OverviewPage }))

export default function HomeOrOverview() {
  const { info } = useSession()
  return <Suspense>{info.mode === 'registry' ? <HomePage /> : <OverviewPage />}</Suspense>
}
