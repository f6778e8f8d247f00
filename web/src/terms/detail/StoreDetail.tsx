/** The term store as a whole: its languages and its history. */
import { t } from '../../i18n/t.ts'
import { CopyId } from '../../kit/CopyId.tsx'
import { Loaded } from '../../kit/Loaded.tsx'
import { DetailFrame } from './frame/Frame.tsx'
import { History } from './frame/tabs.ts'
import { languageName } from './names/names.ts'
import { useStore } from './names/storeLanguages.ts'
import { Section } from './places/Usage.tsx'

export function StoreDetail() {
  const store = useStore()
  return (
    <Loaded read={store}>
      {({ id, languageTags, defaultLanguageTag, name }) => (
        <DetailFrame
          title={name ?? t('detail.store')}
          facts={id === undefined ? null : <CopyId id={id} what={t('detail.id')} />}
          tabs={[
            {
              id: 'general',
              title: t('detail.general'),
              content: () => (
                <Section title={t('store.languages')}>
                  <ul>
                    {languageTags.map((tag) => (
                      <li key={tag}>
                        <span lang={tag}>{languageName(tag)}</span>
                        {tag === defaultLanguageTag && ` (${t('detail.usual')})`}
                      </li>
                    ))}
                  </ul>
                </Section>
              ),
            },
            {
              id: 'history',
              title: t('detail.history'),
              content: () => <History path="/termStore" canLookBack={false} />,
            },
          ]}
        />
      )}
    </Loaded>
  )
}
