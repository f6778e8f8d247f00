/** One term set. */
import { useRead } from '../../data/query.ts'
import { t } from '../../i18n/t.ts'
import { CopyId } from '../../kit/CopyId.tsx'
import { Loaded } from '../../kit/Loaded.tsx'
import { useView } from '../../kit/view.ts'
import { readSet, readStore } from './api.ts'
import { DetailFrame } from './Frame.tsx'
import { setName } from './names.ts'

export function SetDetail({ setId }: { readonly setId: string }) {
  const { view } = useView()
  const store = useRead('store', [], readStore())
  const set = useRead('set', [setId, 'detail'], readSet(setId))
  return (
    <Loaded read={store}>
      {({ defaultLanguageTag }) => (
        <Loaded read={set}>
          {({ id, localizedNames, description }) => {
            const name = setName(localizedNames, view['lang'] ?? defaultLanguageTag, defaultLanguageTag)
            return (
              <DetailFrame
                title={name.text}
                titleLanguage={name.fallback}
                facts={<CopyId id={id} what={t('detail.id')} />}
                tabs={[{ id: 'general', title: t('detail.general'), content: () => <p>{description}</p> }]}
              />
            )
          }}
        </Loaded>
      )}
    </Loaded>
  )
}
