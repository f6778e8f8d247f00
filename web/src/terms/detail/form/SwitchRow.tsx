import { mergeClasses, Switch, Tooltip } from '@fluentui/react-components'
import type { RequestPlan } from '../../../data/plan.ts'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { useShared } from '../../../kit/styles.ts'

interface SwitchRowProps {
  readonly label: string
  readonly isOn: boolean
  readonly why: string | undefined
  readonly plan: RequestPlan
  readonly onChange: () => void
}

/** A switch that acts at once. Where it cannot act it says why. */
export function SwitchRow({ label, isOn, why, plan, onChange }: SwitchRowProps) {
  const shared = useShared()
  const control = (
    <Switch
      label={label}
      checked={isOn}
      aria-disabled={why !== undefined}
      onChange={() => {
        if (why === undefined) onChange()
      }}
    />
  )
  return (
    <div className={shared.row}>
      {why === undefined ? (
        control
      ) : (
        <Tooltip content={why} relationship="description">
          <span>{control}</span>
        </Tooltip>
      )}
      <RequestPreview plans={() => [plan]} />
      {why !== undefined && <span className={mergeClasses(shared.small, shared.soft)}>{why}</span>}
    </div>
  )
}
