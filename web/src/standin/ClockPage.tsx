import { t } from '../i18n/t.ts'
import { PageFrame } from '../kit/PageFrame.tsx'

export default function ClockPage() {
  return <PageFrame title={t('standin.title')}>{null}</PageFrame>
}
