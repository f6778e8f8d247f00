/** Goes on following what a page began before it was loaded anew, and the server works on. Beside routes.tsx the only file that names a slice. */
import { kept } from './kit/kept.ts'

export function resumeWork(world: string): void {
  if (kept('tab', `relata.gdap.bulk ${world}`) !== null)
    void import('./gdap/overview/OverviewPage.tsx').then(({ resumeBulk }) => resumeBulk())
  if (kept('tab', `relata.gdap.templates ${world}`) !== null)
    void import('./gdap/templates/TemplatesPage.tsx').then(({ resumeTemplates }) => resumeTemplates())
}
