/** A set as a tree, as a table, or as the matrix of its translations: three addresses. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { t } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { useView } from '../../../kit/view.ts'

const useStyles = makeStyles({
  root: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXS },
  link: {
    padding: `${tokens.spacingVerticalXXS} ${tokens.spacingHorizontalS}`,
    borderRadius: tokens.borderRadiusMedium,
    border: '1px solid transparent',
  },
  here: { border: `1px solid ${tokens.colorBrandStroke1}` },
})

const views = ['', 'table', 'matrix'] as const

export function ViewLinks({ setId }: { readonly setId: string }) {
  const styles = useStyles()
  const { view } = useView()
  const language = view['lang']
  const asOf = view['as-of']
  return (
    <nav aria-label={t('view.label')} className={styles.root}>
      {views.map((name) => {
        const isHere = (view['view'] ?? '') === name
        const query = new URLSearchParams({
          ...(name === '' ? {} : { view: name }),
          ...(language === undefined ? {} : { lang: language }),
          ...(asOf === undefined ? {} : { 'as-of': asOf }),
        }).toString()
        return (
          <AppLink
            key={name}
            to={`/terms/s/${setId}${query === '' ? '' : `?${query}`}`}
            className={mergeClasses(styles.link, isHere && styles.here)}
            aria-current={isHere ? 'page' : undefined}
          >
            {t(`view.${name === '' ? 'tree' : name}`)}
          </AppLink>
        )
      })}
    </nav>
  )
}
