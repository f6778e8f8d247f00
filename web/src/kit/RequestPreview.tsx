/** "Show as request": exactly what an action sends, to copy. */
import { Button, Tooltip } from '@fluentui/react-components'
import { useState } from 'react'
import type { RequestPlan } from '../data/plan.ts'
import { type Acting, currentSession } from '../data/session.ts'
import { bodyWords, fullAddress } from '../data/wire/describe.ts'
import { tokenOf } from '../data/wire/tokens.ts'
import { t } from '../i18n/t.ts'
import { useCopy } from './CopyId.tsx'
import { CodeRegular } from './icons.ts'
import { SidePanel } from './parts/SidePanel.tsx'
import { useShared } from './styles.ts'
import { JsonView } from './values/JsonView.tsx'

interface RequestViewProps {
  readonly plan: RequestPlan
  /** Whose token is copied; absent: who the page acts as. */
  readonly acting?: Acting | undefined
}

export function RequestView({ plan, acting: own }: RequestViewProps) {
  const shared = useShared()
  const copy = useCopy()
  const { info, acting: session } = currentSession()
  const acting = own ?? session
  const copyCurl = async (token?: string): Promise<void> => {
    const { curlOf } = await import('../data/wire/curl.ts')
    copy(curlOf(plan, token, acting))
  }
  return (
    <div className={shared.column}>
      <div className={shared.mono}>
        <strong>{plan.method}</strong> {fullAddress(plan)}
      </div>
      {Object.entries(plan.headers ?? {}).map(([name, value]) => (
        <div key={name} className={shared.mono}>
          {name}: {value}
        </div>
      ))}
      {plan.body !== undefined && <JsonView text={bodyWords(plan.body)} what={t('request.body')} />}
      <div className={shared.row}>
        <Button onClick={() => void copyCurl()}>{t('request.copyCurl')}</Button>
        {plan.needsToken && info.mode === 'stand-in' && (
          <Button onClick={() => void tokenOf(acting).then(copyCurl)}>{t('request.copyCurlWithToken')}</Button>
        )}
      </div>
    </div>
  )
}

interface RequestPreviewProps {
  /** What is shown when it is pressed. */
  readonly plans: () => readonly RequestPlan[]
  readonly acting?: Acting | undefined
}

export function RequestPreview({ plans, acting }: RequestPreviewProps) {
  const [shown, setShown] = useState<readonly RequestPlan[] | undefined>()
  return (
    <>
      <Tooltip content={t('request.show')} relationship="label">
        <Button appearance="subtle" icon={<CodeRegular />} onClick={() => setShown(plans())} />
      </Tooltip>
      <SidePanel title={t('request.title')} isOpen={shown !== undefined} onClose={() => setShown(undefined)}>
        {shown?.map((plan, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two may be alike.
          <RequestView key={at} plan={plan} acting={acting} />
        ))}
      </SidePanel>
    </>
  )
}
