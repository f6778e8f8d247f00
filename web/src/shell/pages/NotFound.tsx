/** An address without a page. */
import { t } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { Empty } from '../../kit/Empty.tsx'
import { PageFrame } from '../../kit/PageFrame.tsx'

export function NotFound() {
  return (
    <PageFrame title={t('notFound.title')}>
      <Empty
        text={t('notFound.text', { path: location.pathname })}
        action={<AppLink to="/">{t('notFound.home')}</AppLink>}
      />
    </PageFrame>
  )
}
