/** The answer: status, time, headers, and JSON whose ids and next link lead on. */
import { Badge, Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useSession } from '../data/session.ts'
import { t } from '../i18n/t.ts'
import { AppLink } from '../kit/AppLink.tsx'
import { shortened } from '../kit/CopyId.tsx'
import { Empty } from '../kit/Empty.tsx'
import { Skeleton } from '../kit/Skeleton.tsx'
import { useShared } from '../kit/styles.ts'
import { JsonView } from '../kit/values/JsonView.tsx'
import { addressOfId, requestAt } from './plans.ts'
import type { Answered } from './Runner.tsx'
import type { Request } from './samples.ts'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  headers: {
    display: 'grid',
    gridTemplateColumns: 'max-content 1fr',
    gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
    margin: 0,
    '& dd': { margin: 0, overflowWrap: 'anywhere' },
    '@media (max-width: 640px)': { gridTemplateColumns: '1fr' },
  },
})

interface AnswerProps {
  readonly answered: Answered | undefined
  readonly isBusy: boolean
  readonly onFollow: (request: Request) => void
}

export function AnswerPane({ answered, isBusy, onFollow }: AnswerProps) {
  const styles = useStyles()
  const shared = useShared()
  const { info } = useSession()
  const [isHeaders, setHeaders] = useState(false)
  if (answered === undefined) return isBusy ? <Skeleton lines={4} /> : <Empty text={t('explorer.noAnswer')} />
  const { request, answer } = answered
  const requestId = answer.headers.get('request-id')
  const follow = (path: readonly (string | number)[], text: string): (() => void) | undefined => {
    const isLink = path.at(-1) === '@odata.nextLink' || path.at(-1) === '@odata.deltaLink'
    const address = isLink ? undefined : addressOfId(path, text, request.path, request.method)
    const next = isLink
      ? requestAt(text, location.origin)
      : address === undefined
        ? undefined
        : ({ method: 'GET', version: request.version, path: address } as const)
    return next === undefined ? undefined : () => onFollow(next)
  }
  const color = answer.status < 300 ? 'success' : answer.status < 500 ? 'warning' : 'danger'
  return (
    <div className={styles.root} aria-busy={isBusy}>
      <div className={shared.row}>
        <Badge appearance="tint" color={color} data-status={answer.status}>
          {answer.status}
        </Badge>
        <span className={mergeClasses(shared.soft, shared.numbers)}>
          {t('status.ms', { ms: Math.round(answer.ms) })}
        </span>
        {requestId !== null &&
          (info.features.includes('requests') ? (
            <AppLink to={`/requests/${requestId}`}>{t('status.request', { id: shortened(requestId) })}</AppLink>
          ) : (
            <span className={shared.soft}>{t('status.request', { id: shortened(requestId) })}</span>
          ))}
        <Button size="small" appearance="subtle" aria-pressed={isHeaders} onClick={() => setHeaders((is) => !is)}>
          {t('explorer.headers')}
        </Button>
      </div>
      {isHeaders && (
        <dl className={mergeClasses(styles.headers, shared.small)}>
          {[...answer.headers].map(([name, value]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt className={shared.soft}>{name}</dt>
              <dd className={shared.mono}>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {answer.text === '' ? (
        <div className={shared.soft}>{t('explorer.emptyAnswer')}</div>
      ) : (
        <JsonView text={answer.text} what={t('explorer.answerBody')} follow={follow} />
      )}
    </div>
  )
}
