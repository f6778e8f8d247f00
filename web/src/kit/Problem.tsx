/** Why something failed: in words, with what the server said, and what one can do about it. */
import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { useEffect, useState } from 'react'
import { Problem as ProblemError } from '../data/problem.ts'
import { maybeText, t } from '../i18n/t.ts'
import { AppLink } from './AppLink.tsx'
import { useCopy } from './CopyId.tsx'
import { useShared } from './styles.ts'

interface ProblemProps {
  readonly error: unknown
  /** Absent: there is nothing to try again. */
  readonly onRetry?: () => void
  readonly onClose?: () => void
}

/** Counts down to when the server wants to be asked again. */
function useWait(seconds: number | undefined): number {
  const [left, setLeft] = useState(seconds ?? 0)
  useEffect(() => {
    setLeft(seconds ?? 0)
    if (seconds === undefined) return
    const timer = setInterval(() => setLeft((n) => Math.max(0, n - 1)), 1000)
    return () => clearInterval(timer)
  }, [seconds])
  return left
}

export function titleOf({ status, check }: Pick<ProblemError, 'status' | 'check'>): string {
  const byCheck = check === undefined ? undefined : maybeText(`problem.check.${check}`)
  return byCheck ?? maybeText(`problem.${status}`) ?? t('problem.other')
}

export function Problem({ error, onRetry, onClose }: ProblemProps) {
  const shared = useShared()
  const copy = useCopy()
  const problem = error instanceof ProblemError ? error : undefined
  const wait = useWait(problem?.retryAfter)
  if (problem === undefined)
    return (
      <MessageBar intent="error" layout="multiline" role="alert">
        <MessageBarBody>
          <MessageBarTitle>{t('problem.page')}</MessageBarTitle>
          {error instanceof Error ? error.message : String(error)}
        </MessageBarBody>
      </MessageBar>
    )
  const { code, message, details, check, requestId, plan, status } = problem
  return (
    <MessageBar intent={status === 403 || status === 404 ? 'warning' : 'error'} layout="multiline" role="alert">
      <MessageBarBody>
        <MessageBarTitle>{titleOf(problem)}</MessageBarTitle>
        <div>{message}</div>
        {details.length > 0 && (
          <ul>
            {details.map((detail) => (
              <li key={`${detail.target} ${detail.message}`}>
                {detail.target === undefined ? '' : `${detail.target}: `}
                {detail.message}
              </li>
            ))}
          </ul>
        )}
        <div className={shared.small}>
          <span className={shared.mono}>{code}</span>
          {check !== undefined && <span> · {check}</span>}
          {requestId !== undefined && (
            <span>
              {' · '}
              {t('problem.request')}{' '}
              <AppLink to={`/requests/${requestId}`} inline>
                {requestId}
              </AppLink>
            </span>
          )}
        </div>
      </MessageBarBody>
      <MessageBarActions>
        {onRetry !== undefined && (
          <Button size="small" disabledFocusable={wait > 0} onClick={onRetry}>
            {wait > 0 ? t('problem.retryIn', { n: wait }) : t('problem.retry')}
          </Button>
        )}
        <Button
          size="small"
          onClick={() => void import('../data/wire/curl.ts').then(({ curlOf }) => copy(curlOf(plan)))}
        >
          {t('request.copyCurl')}
        </Button>
        {onClose !== undefined && (
          <Button size="small" appearance="transparent" onClick={onClose}>
            {t('close')}
          </Button>
        )}
      </MessageBarActions>
    </MessageBar>
  )
}
