/** "Restore to…": another set, below a term of it or at its root. */
import { Button, Checkbox, Field } from '@fluentui/react-components'
import { useState } from 'react'
import type { Problem as ProblemError } from '../../../data/problem.ts'
import type { DeletedItem } from '../../../data/types.ts'
import { t } from '../../../i18n/t.ts'
import { Problem } from '../../../kit/Problem.tsx'
import { SidePanel } from '../../../kit/parts/SidePanel.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { useShared } from '../../../kit/styles.ts'
import { PlaceChoice } from '../../fields/Choice.tsx'
import { TermField } from '../../fields/TermField.tsx'
import type { KnownGroups } from '../../groups.ts'
import { placeOf, type RestorePlace, restorePlan } from './bin.ts'

interface RestorePanelProps {
  /** Absent: closed. */
  readonly item: DeletedItem | undefined
  readonly known: KnownGroups
  readonly isBusy: boolean
  readonly problem: ProblemError | undefined
  readonly onClose: () => void
  readonly onRestore: (item: DeletedItem, place: RestorePlace) => void
}

export function RestorePanel({ item, known, isBusy, problem, onClose, onRestore }: RestorePanelProps) {
  const shared = useShared()
  const [place, setPlace] = useState<RestorePlace>({})
  const isReady = place.set !== undefined && !isBusy
  const run = (): void => {
    if (item !== undefined && isReady) onRestore(item, place)
  }
  return (
    <SidePanel
      title={t('termbin.restoreTo.title', { name: item?.name ?? '' })}
      isOpen={item !== undefined}
      onClose={() => {
        setPlace({})
        onClose()
      }}
      tools={<RequestPreview plans={() => [restorePlan(item?.id ?? '', place)]} />}
      footer={
        <Button appearance="primary" disabledFocusable={!isReady} onClick={run}>
          {t('termbin.restore')}
        </Button>
      }
    >
      {item !== undefined && (
        <>
          <div className={shared.soft}>{t('termbin.was', { path: placeOf(item) })}</div>
          {problem !== undefined && <Problem error={problem} />}
          <Field label={t('termbin.set')} required>
            <PlaceChoice
              isWide
              label={t('termbin.set')}
              all={t('termbin.chooseSet')}
              known={known}
              set={place.set}
              hasGroups={false}
              onChoose={({ set }) => setPlace({ ...place, set, parent: undefined })}
            />
          </Field>
          {place.set !== undefined && (
            <Field label={t('termbin.parent')}>
              <TermField
                key={place.set}
                label={t('termbin.parent')}
                placeholder={t('termbin.root')}
                set={place.set}
                term={place.parent}
                onChoose={(parent) => setPlace({ ...place, parent })}
              />
            </Field>
          )}
          <Checkbox
            label={t('termbin.rename')}
            checked={place.isRenamed === true}
            onChange={(_, { checked }) => setPlace({ ...place, isRenamed: checked === true })}
          />
        </>
      )}
    </SidePanel>
  )
}
