/** One term, at the place where it is looked at. */
import { useRead } from '../../data/query.ts'
import { t } from '../../i18n/t.ts'
import { CopyId } from '../../kit/CopyId.tsx'
import { Loaded } from '../../kit/Loaded.tsx'
import { useView } from '../../kit/view.ts'
import { type KnownStore, type KnownTerm, readStore, readTerm } from './api.ts'
import { DetailFrame } from './Frame.tsx'
import { languageName, termName } from './names.ts'

export function TermDetail({ setId, termId }: { readonly setId: string; readonly termId: string }) {
  const store = useRead('store', [], readStore())
  const term = useRead('term', [setId, termId, 'detail'], readTerm(setId, termId))
  return (
    <Loaded read={store}>
      {(known) => <Loaded read={term}>{(one) => <Shown store={known} term={one} />}</Loaded>}
    </Loaded>
  )
}

function Shown({ store, term }: { readonly store: KnownStore; readonly term: KnownTerm }) {
  const { view } = useView()
  const name = termName(term.labels, view['lang'] ?? store.defaultLanguageTag, store.defaultLanguageTag)
  return (
    <DetailFrame
      title={name.text}
      titleLanguage={name.fallback}
      facts={<CopyId id={term.id} what={t('detail.id')} />}
      tabs={[
        {
          id: 'general',
          title: t('detail.general'),
          content: () => (
            <ul>
              {term.labels.map(({ name: label, languageTag }) => (
                <li key={`${languageTag} ${label}`}>
                  {languageName(languageTag)}: <span lang={languageTag}>{label}</span>
                </li>
              ))}
            </ul>
          ),
        },
      ]}
    />
  )
}
