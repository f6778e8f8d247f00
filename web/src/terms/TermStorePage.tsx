import { t } from '../i18n/t.ts'
import { PageFrame } from '../kit/PageFrame.tsx'

export default function TermStorePage() {
  return <PageFrame title={t('tree.title')}>{null}</PageFrame>
}
