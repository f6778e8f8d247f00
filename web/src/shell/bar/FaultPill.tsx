/** That something goes wrong on purpose; nothing where that is not so. */
import { Button, mergeClasses } from '@fluentui/react-components'
import { control } from '../../data/plan.ts'
import { useRead } from '../../data/query.ts'
import { t } from '../../i18n/t.ts'
import { BeakerRegular } from '../../kit/icons.ts'
import { useGo } from '../../kit/view.ts'
import { usePills } from './pills.ts'

interface FaultRule {
  readonly id: string
  readonly on: boolean
}

export function FaultPill() {
  const pills = usePills()
  const go = useGo()
  const { data } = useRead('faults', [], control<{ readonly value: readonly FaultRule[] }>('GET', '/faults'))
  const n = data?.value.filter(({ on }) => on).length ?? 0
  if (n === 0) return null
  return (
    <Button
      className={mergeClasses(pills.pill, pills.amber)}
      icon={<BeakerRegular />}
      aria-label={t('faults.pill', { n })}
      onClick={() => go('/faults')}
    >
      <span className={pills.words}>{t('faults.pill', { n })}</span>
    </Button>
  )
}
