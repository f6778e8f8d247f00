/** `/`: in a stand-in the overview of the server, in a registry what concerns the person. */
import { useSession } from '../data/session.ts'
import { HomePage } from './HomePage.tsx'
import { OverviewPage } from './OverviewPage.tsx'

export default function HomeOrOverview() {
  return useSession().info.mode === 'registry' ? <HomePage /> : <OverviewPage />
}
