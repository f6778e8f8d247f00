import { t } from '../i18n/t.ts'
import { PageFrame } from '../kit/PageFrame.tsx'

export default function WorldsPage() {
  return <PageFrame title={t('standin.title')}>{null}</PageFrame>
}
