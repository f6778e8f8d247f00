import { t } from '../i18n/t.ts'
import { PageFrame } from '../kit/PageFrame.tsx'

export default function SignInPage() {
  return <PageFrame title={t('signin.title')}>{null}</PageFrame>
}
