import { t } from '../i18n/t.ts'
import { PageFrame } from '../kit/PageFrame.tsx'

export function HomePage() {
  return <PageFrame title={t('nav.overview')}>{null}</PageFrame>
}
