/** Above the table and the matrix: the set, its three views, what is shown of it, and how much of it has been read. */
import { Button, Input, makeStyles, mergeClasses, ProgressBar, Select, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { useRead } from '../../data/query.ts'
import { numberText } from '../../i18n/format.ts'
import { t } from '../../i18n/t.ts'
import { SearchRegular } from '../../kit/icons.ts'
import { useShared } from '../../kit/styles.ts'
import { useView } from '../../kit/view.ts'
import { readSet } from '../detail/api.ts'
import { ViewLinks } from '../detail/frame/ViewLinks.tsx'
import { languageName, setName } from '../detail/names/names.ts'
import { states } from './filter.ts'
import type { SetRows } from './rows.ts'

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalXL} ${tokens.spacingVerticalS}`,
    '@media (max-width: 640px)': { paddingInline: tokens.spacingHorizontalL },
  },
  top: { display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', gap: tokens.spacingHorizontalM },
  filters: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
  text: { width: '220px', maxWidth: '100%' },
})

interface HeadProps {
  readonly setId: string
  readonly languages: readonly string[]
  readonly language: string
  readonly all: SetRows
  readonly shown: number
  readonly tools?: ReactNode
}

export function Head({ setId, languages, language, all, shown, tools }: HeadProps) {
  const styles = useStyles()
  const shared = useShared()
  const { view, set: setView } = useView()
  const asOf = view['as-of']
  const set = useRead('set', [setId, 'detail', asOf], readSet(setId, asOf))
  const name = set.data === undefined ? '' : setName(set.data.localizedNames, language, languages[0] ?? '').text
  const isFiltered = (view['q'] ?? '') !== '' || (view['state'] ?? '') !== ''
  return (
    <div className={styles.root}>
      <div className={styles.top}>
        <h2 id="detail-heading" tabIndex={-1} className={shared.title}>
          {name}
        </h2>
        <span className={mergeClasses(shared.small, shared.soft, shared.grow)} role="status">
          {isFiltered
            ? t('table.someOf', { n: numberText(shown), total: numberText(all.total ?? all.rows.length) })
            : t('table.count', { n: all.total ?? all.rows.length })}
        </span>
        <ViewLinks setId={setId} />
      </div>
      <div className={styles.filters}>
        <Input
          size="small"
          className={styles.text}
          contentBefore={<SearchRegular />}
          aria-label={t('table.filter')}
          placeholder={t('table.filter')}
          value={view['q'] ?? ''}
          onChange={(_, { value }) => setView({ q: value === '' ? undefined : value })}
        />
        <Select
          size="small"
          aria-label={t('table.show')}
          value={view['state'] ?? ''}
          onChange={(_, { value }) => setView({ state: value === '' ? undefined : value })}
        >
          <option value="">{t('table.all')}</option>
          {languages.map((tag) => (
            <option key={tag} value={`missing:${tag}`}>
              {t('table.noLabel', { language: languageName(tag) })}
            </option>
          ))}
          {states.map((state) => (
            <option key={state} value={state}>
              {t(`table.state.${state}`)}
            </option>
          ))}
        </Select>
        {isFiltered && (
          <Button size="small" appearance="subtle" onClick={() => setView({ q: undefined, state: undefined })}>
            {t('table.clear')}
          </Button>
        )}
        <span className={shared.grow} />
        {tools}
      </div>
      {all.isOld && (
        <div className={shared.row} role="status">
          <span className={shared.small}>{t('table.old')}</span>
          <Button size="small" onClick={all.again}>
            {t('table.again')}
          </Button>
        </div>
      )}
      {!all.isComplete && all.total !== undefined && all.total > 1000 && (
        <ProgressBar
          value={Math.min(all.rows.length, all.facts.size)}
          max={all.total}
          aria-label={t('table.reading', { n: numberText(all.rows.length), total: numberText(all.total) })}
        />
      )}
    </div>
  )
}
