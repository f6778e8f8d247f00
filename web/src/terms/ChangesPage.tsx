import { t } from '../i18n/t.ts'
import { PageFrame } from '../kit/PageFrame.tsx'

export default function ChangesPage() {
  return <PageFrame title={t('termpages.title')}>{null}</PageFrame>
}
