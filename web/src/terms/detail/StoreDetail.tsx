/** The term store as a whole: its languages. */
import { useRead } from '../../data/query.ts'
import { t } from '../../i18n/t.ts'
import { Loaded } from '../../kit/Loaded.tsx'
import { readStore } from './api.ts'
import { DetailFrame } from './Frame.tsx'
import { languageName } from './names.ts'

export function StoreDetail() {
  const store = useRead('store', [], readStore())
  return (
    <Loaded read={store}>
      {({ languageTags }) => (
        <DetailFrame
          title={t('detail.store')}
          facts={null}
          tabs={[
            {
              id: 'general',
              title: t('detail.general'),
              content: () => (
                <ul>
                  {languageTags.map((tag) => (
                    <li key={tag}>{languageName(tag)}</li>
                  ))}
                </ul>
              ),
            },
          ]}
        />
      )}
    </Loaded>
  )
}
