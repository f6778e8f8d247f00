/** What was sent, or what was answered: headers, and the body. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { t } from '../../i18n/t.ts'
import { useShared } from '../../kit/styles.ts'
import type { LoggedMessage } from '../entry.ts'
import { bytesText } from '../marks.tsx'
import { SearchedBody } from './SearchedBody.tsx'

const useStyles = makeStyles({
  headers: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, max-content) minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalM,
    margin: `${tokens.spacingVerticalXS} 0`,
    '> dt, > dd': { margin: 0, overflowWrap: 'anywhere' },
  },
  summary: { cursor: 'pointer', minHeight: '24px' },
})

export function bodyText({ body, bodyBase64 }: LoggedMessage): string | undefined {
  if (body === undefined) return bodyBase64
  return typeof body === 'string' ? body : JSON.stringify(body)
}

export function Message({ message, what }: { readonly message: LoggedMessage; readonly what: string }) {
  const styles = useStyles()
  const shared = useShared()
  const headers = Object.entries(message.headers ?? {})
  const text = bodyText(message)
  return (
    <div className={shared.column}>
      <details>
        <summary className={styles.summary}>{t('requests.headers', { n: headers.length })}</summary>
        <dl className={mergeClasses(styles.headers, shared.mono)}>
          {headers.map(([name, value]) => (
            <HeaderLine key={name} name={name} value={value} />
          ))}
        </dl>
      </details>
      {text === undefined || text === '' ? (
        <div className={shared.soft}>{t('requests.noBody')}</div>
      ) : (
        <>
          <div className={mergeClasses(shared.soft, shared.small)}>
            {t('requests.body', { size: bytesText(message.bodyBytes ?? text.length) })}
            {message.bodyIsCut === true && ` · ${t('requests.bodyCut')}`}
          </div>
          <SearchedBody text={text} what={what} />
        </>
      )}
    </div>
  )
}

function HeaderLine({ name, value }: { readonly name: string; readonly value: string }) {
  const shared = useShared()
  return (
    <>
      <dt className={shared.soft}>{name}</dt>
      <dd>{value}</dd>
    </>
  )
}
