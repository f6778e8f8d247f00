/** The switch of the brake, which says what it does and whom it concerns. */
import { Switch, Tooltip } from '@fluentui/react-components'
import type { Relationship } from '../../../data/types.ts'
import { t } from '../../../i18n/t.ts'
import { Problem } from '../../../kit/Problem.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { addSlow, removeSlow, useSlow } from './slow.ts'

export function SlowDown({ relationship }: { readonly relationship: Relationship | undefined }) {
  const { isOn, isBusy, problem, clear, toggle } = useSlow(relationship)
  const what =
    relationship === undefined
      ? t('sides.slow.nothing')
      : t('sides.slow.what', { name: relationship.displayName ?? '' })
  return (
    <>
      <Tooltip content={what} relationship="description">
        <Switch
          label={t('sides.slow')}
          checked={isOn}
          disabledFocusable={isBusy || relationship === undefined}
          onChange={(_, { checked }) => void toggle(checked)}
        />
      </Tooltip>
      {relationship !== undefined && (
        <RequestPreview plans={() => [isOn ? removeSlow(relationship.id ?? '') : addSlow(relationship)]} />
      )}
      {problem !== undefined && <Problem error={problem} onClose={clear} />}
    </>
  )
}
