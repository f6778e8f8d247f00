import { t } from '../i18n/t.ts'
import { PageFrame } from '../kit/PageFrame.tsx'

export default function RequestPage() {
  return <PageFrame title={t('gdap.title')}>{null}</PageFrame>
}
