import { t } from '../i18n/t.ts'
import { PageFrame } from '../kit/PageFrame.tsx'

export default function ExplorerPage() {
  return <PageFrame title={t('explorer.title')}>{null}</PageFrame>
}
