import { t } from '../i18n/t.ts'
import { PageFrame } from '../kit/PageFrame.tsx'

export default function PartnersPage() {
  return <PageFrame title={t('sides.title')}>{null}</PageFrame>
}
