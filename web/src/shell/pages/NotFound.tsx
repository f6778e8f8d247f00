/** An address without a page: a search for what it may have meant, and where one was before. */
import { Button, Field, Input, makeStyles, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { t } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { SearchRegular } from '../../kit/icons.ts'
import { PageFrame } from '../../kit/PageFrame.tsx'
import { useShared } from '../../kit/styles.ts'
import { openPalette } from '../palette/opening.ts'
import { lastPlaces } from '../tab/places-visited.ts'

const useStyles = makeStyles({
  form: { display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: tokens.spacingHorizontalM },
  places: { margin: 0, paddingLeft: tokens.spacingHorizontalXL, '> li': { lineHeight: '32px' } },
  field: { flexGrow: 1, maxWidth: '420px' },
})

/** The last part of the address that is no id. */
function wordsIn(path: string): string {
  const parts = path.split('/').filter((part) => /^[a-z][\w-]{2,40}$/i.test(part))
  return (parts.at(-1) ?? '').replaceAll('-', ' ')
}

export default function NotFound() {
  const styles = useStyles()
  const shared = useShared()
  const { pathname } = location
  const [words, setWords] = useState(() => wordsIn(pathname))
  const [last] = useState(() => lastPlaces(t('notFound.title')))
  return (
    <PageFrame title={t('notFound.title')}>
      <div className={shared.column}>
        <p>{t('notFound.text', { path: pathname })}</p>
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault()
            openPalette(words)
          }}
        >
          <Field label={t('notFound.search')} className={styles.field}>
            <Input
              type="search"
              contentBefore={<SearchRegular />}
              value={words}
              onChange={(_, { value }) => setWords(value)}
            />
          </Field>
          <Button type="submit" appearance="primary">
            {t('notFound.searchDo')}
          </Button>
        </form>
        {last.length > 0 && (
          <section aria-labelledby="not-found-last">
            <h2 id="not-found-last" className={shared.paneTitle}>
              {t('notFound.last')}
            </h2>
            <ul className={styles.places}>
              {last.map(({ address, title }) => (
                <li key={address}>
                  <AppLink to={address} inline>
                    {title}
                  </AppLink>
                </li>
              ))}
            </ul>
          </section>
        )}
        <AppLink to="/" inline>
          {t('notFound.home')}
        </AppLink>
      </div>
    </PageFrame>
  )
}
