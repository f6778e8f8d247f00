/** The clock of the server: what is due, what has fired, and moving it (P16). */
import { MessageBar, MessageBarBody } from '@fluentui/react-components'
import { t } from '../i18n/t.ts'
import { PageFrame } from '../kit/PageFrame.tsx'
import { RequestPreview } from '../kit/RequestPreview.tsx'
import { useShared } from '../kit/styles.ts'
import { ClockPanel } from '../shell/clock/ClockPanel.tsx'
import { clockPlan, duePlan, movePlan, useDue, useFixedReason, useMover } from '../shell/clock/clock.ts'

export default function ClockPage() {
  const shared = useShared()
  const mover = useMover()
  const fixed = useFixedReason()
  const [next] = useDue().data?.due ?? []
  return (
    <PageFrame
      title={t('nav.clock')}
      tools={
        <RequestPreview
          plans={() => [
            clockPlan,
            duePlan,
            ...(fixed === undefined ? [movePlan({ advance: 'P30D' })] : []),
            ...(fixed === undefined && next !== undefined ? [movePlan({ set: next.dueDateTime })] : []),
          ]}
        />
      }
    >
      <div className={shared.column}>
        {fixed !== undefined && (
          <MessageBar intent="info" layout="multiline">
            <MessageBarBody>{fixed}</MessageBarBody>
          </MessageBar>
        )}
        <ClockPanel mover={mover} fixed={fixed} />
      </div>
    </PageFrame>
  )
}
