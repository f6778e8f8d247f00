import { t } from '../i18n/t.ts'
import { PageFrame } from '../kit/PageFrame.tsx'

export default function RequestsPage() {
  return <PageFrame title={t('requests.title')}>{null}</PageFrame>
}
