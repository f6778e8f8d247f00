import { Input } from '@fluentui/react-components'
import { t } from '../../i18n/t.ts'
import { useView } from '../../kit/view.ts'
import { usePageStyles } from '../pageStyles.ts'

/** Narrows a list by words; they are in the address. */
export function FindField() {
  const page = usePageStyles()
  const { view, set } = useView()
  return (
    <Input
      className={page.filter}
      type="search"
      aria-label={t('termpages.filter')}
      placeholder={t('termpages.filter')}
      value={view['find'] ?? ''}
      onChange={(_, { value }) => set({ find: value === '' ? undefined : value })}
    />
  )
}
