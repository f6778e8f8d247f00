import { t } from '../i18n/t.ts'
import { PageFrame } from '../kit/PageFrame.tsx'

export default function FaultsPage() {
  return <PageFrame title={t('standin.title')}>{null}</PageFrame>
}
