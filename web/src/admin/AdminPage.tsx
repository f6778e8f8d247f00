import { t } from '../i18n/t.ts'
import { PageFrame } from '../kit/PageFrame.tsx'

export default function AdminPage() {
  return <PageFrame title={t('admin.title')}>{null}</PageFrame>
}
