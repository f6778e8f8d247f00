import { t } from '../i18n/t.ts'
import { PageFrame } from '../kit/PageFrame.tsx'

export default function OverviewPage() {
  return <PageFrame title={t('gdap.title')}>{null}</PageFrame>
}
