import { t } from '../i18n/t.ts'
import { PageFrame } from '../kit/PageFrame.tsx'

export default function ActivityPage() {
  return <PageFrame title={t('sides.title')}>{null}</PageFrame>
}
