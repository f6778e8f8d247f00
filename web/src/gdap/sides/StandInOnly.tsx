/** What a page is in place of itself where there is no second side to stand on. */
import { Button } from '@fluentui/react-components'
import { t } from '../../i18n/t.ts'
import { Empty } from '../../kit/Empty.tsx'
import { PageFrame } from '../../kit/PageFrame.tsx'
import { useGo } from '../../kit/view.ts'

export function StandInOnly({ title }: { readonly title: string }) {
  const go = useGo()
  return (
    <PageFrame title={title}>
      <Empty
        text={t('sides.standInOnly')}
        action={
          <Button appearance="primary" onClick={() => go('/gdap')}>
            {t('sides.standInOnly.go')}
          </Button>
        }
      />
    </PageFrame>
  )
}
