/** Says which groups get which roles, and what would come of it before it is applied. */
import { Button, Dropdown, makeStyles, Option, Radio, RadioGroup, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import type { RequestPlan } from '../../data/plan.ts'
import { t } from '../../i18n/t.ts'
import { AddRegular, DismissRegular } from '../../kit/icons.ts'
import { SidePanel } from '../../kit/parts/SidePanel.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import type { Group } from '../api.ts'
import { bundleName, useBundles } from '../bundles.ts'
import { ReasonButton } from '../ReasonButton.tsx'
import { lastMapping, type Mapping, type MappingLine, wholeLines } from './mapping.ts'

const useStyles = makeStyles({
  line: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr) auto',
    gap: tokens.spacingHorizontalS,
    alignItems: 'center',
  },
  choice: { minWidth: 0 },
})

interface PanelProps {
  readonly title: string
  readonly action: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly groups: readonly Group[]
  /** What would come of it, or why nothing. */
  readonly planOf: (mapping: Mapping) => { readonly words: string; readonly reason?: string }
  readonly requestsOf: (mapping: Mapping) => readonly RequestPlan[]
  readonly onApply: (mapping: Mapping) => void
}

interface ChooseProps {
  readonly label: string
  readonly value: string
  readonly options: readonly { readonly id: string; readonly name: string }[]
  readonly onChange: (id: string) => void
}

function Choose({ label, value, options, onChange }: ChooseProps) {
  const styles = useStyles()
  return (
    <Dropdown
      className={styles.choice}
      aria-label={label}
      placeholder={label}
      value={options.find(({ id }) => id === value)?.name ?? ''}
      selectedOptions={value === '' ? [] : [value]}
      onOptionSelect={(_, { optionValue = '' }) => onChange(optionValue)}
    >
      {options.map(({ id, name }) => (
        <Option key={id} value={id}>
          {name}
        </Option>
      ))}
    </Dropdown>
  )
}

interface LinesProps {
  readonly lines: readonly MappingLine[]
  readonly groups: readonly Group[]
  readonly onChange: (lines: readonly MappingLine[]) => void
}

function Lines({ lines, groups, onChange }: LinesProps) {
  const styles = useStyles()
  const shared = useShared()
  const bundleOptions = useBundles().map((bundle) => ({ id: bundle.id, name: bundleName(bundle) }))
  const groupOptions = groups.map(({ id, displayName }) => ({ id, name: displayName }))
  const put = (at: number, change: Partial<MappingLine>): void =>
    onChange(lines.map((line, place) => (place === at ? { ...line, ...change } : line)))
  return (
    <div className={shared.column}>
      {lines.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is nothing but its place.
        <div key={at} className={styles.line} role="group" aria-label={t('gdap.map.line', { n: at + 1 })}>
          <Choose
            label={t('gdap.map.bundle')}
            value={line.bundle}
            options={bundleOptions}
            onChange={(bundle) => put(at, { bundle })}
          />
          <Choose
            label={t('gdap.map.group')}
            value={line.group}
            options={groupOptions}
            onChange={(group) => put(at, { group })}
          />
          {lines.length > 1 && (
            <Button
              appearance="subtle"
              icon={<DismissRegular />}
              aria-label={t('gdap.map.removeLine', { n: at + 1 })}
              onClick={() => onChange(lines.filter((_, place) => place !== at))}
            />
          )}
        </div>
      ))}
      <div>
        <Button size="small" icon={<AddRegular />} onClick={() => onChange([...lines, { bundle: '', group: '' }])}>
          {t('gdap.map.addLine')}
        </Button>
      </div>
    </div>
  )
}

function Body({ action, onClose, groups, planOf, requestsOf, onApply }: PanelProps) {
  const shared = useShared()
  const [mapping, setMapping] = useState(lastMapping)
  const [lines, setLines] = useState<readonly MappingLine[]>(
    mapping.kind === 'bundles' ? mapping.lines : [{ bundle: '', group: '' }],
  )
  const isEmpty = mapping.kind === 'bundles' && wholeLines(mapping).length === 0
  const plan = isEmpty ? { words: '', reason: t('gdap.map.empty') } : planOf(mapping)
  return (
    <>
      <RadioGroup
        aria-label={t('gdap.map.kind')}
        value={mapping.kind}
        onChange={(_, { value }) => setMapping(value === 'named' ? { kind: 'named' } : { kind: 'bundles', lines })}
      >
        <Radio value="bundles" label={t('gdap.map.bundles')} />
        <Radio value="named" label={t('gdap.map.named')} />
      </RadioGroup>
      {mapping.kind === 'bundles' && (
        <Lines
          lines={lines}
          groups={groups}
          onChange={(next) => {
            setLines(next)
            setMapping({ kind: 'bundles', lines: next })
          }}
        />
      )}
      <p className={shared.soft}>{t('gdap.map.hint')}</p>
      <div aria-live="polite">{plan.reason ?? plan.words}</div>
      <div className={shared.row}>
        <ReasonButton appearance="primary" reason={plan.reason} onClick={() => onApply(mapping)}>
          {action}
        </ReasonButton>
        <Button onClick={onClose}>{t('cancel')}</Button>
        <RequestPreview plans={() => requestsOf(mapping)} />
      </div>
    </>
  )
}

export function MappingPanel(props: PanelProps) {
  const { title, isOpen, onClose } = props
  return (
    <SidePanel title={title} isOpen={isOpen} onClose={onClose}>
      {isOpen && <Body {...props} />}
    </SidePanel>
  )
}
