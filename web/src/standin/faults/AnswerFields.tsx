/** What goes wrong: the first words of the sentence. */
import { Input, makeStyles, Select } from '@fluentui/react-components'
import { t } from '../../i18n/t.ts'
import { type EditProps, numberOf } from './RuleEditor.tsx'
import {
  changed,
  type FaultKind,
  type FaultWhat,
  kindOf,
  kinds,
  type Machine,
  type RowsOfGdap,
  secondsOf,
  withKind,
} from './rule.ts'

const useStyles = makeStyles({
  short: { width: '84px' },
  name: { width: '180px' },
  /** As wide as what is chosen. */
  kind: { maxWidth: '100%', '& select': { fieldSizing: 'content' } },
})

const statuses = [400, 401, 403, 404, 409, 412, 423, 429, 500, 502, 503, 504] as const

const statusesOf: Readonly<Record<Machine, readonly string[]>> = {
  relationship: ['approved', 'activating', 'terminationRequested', 'terminating', 'expiring'],
  assignment: ['pending', 'deleting'],
  operation: ['notStarted', 'running'],
  request: ['created', 'pending'],
}
const failingMachines: readonly Machine[] = ['assignment', 'operation', 'request']
const allMachines: readonly Machine[] = ['relationship', 'assignment', 'operation', 'request']
const transitions = [
  'activation',
  'termination',
  'expiry',
  'assignment',
  'removal',
  'operation',
  'request',
  'lock',
] as const

interface NumberProps {
  readonly label: string
  readonly value: number | undefined
  readonly onChange: (value: number | undefined) => void
}

function NumberField({ label, value, onChange }: NumberProps) {
  const styles = useStyles()
  return (
    <Input
      className={styles.short}
      type="number"
      min={0}
      aria-label={label}
      value={String(value ?? '')}
      onChange={(_, data) => onChange(numberOf(data.value))}
    />
  )
}

function StatusFields({ rule, onChange }: EditProps) {
  const { what } = rule
  const { status = 429, retryAfter } = what
  const set = (change: FaultWhat): void => onChange(changed(rule, { what: { ...what, ...change } }))
  return (
    <>
      <Select aria-label={t('fault.status')} value={status} onChange={(_, { value }) => set({ status: Number(value) })}>
        {statuses.map((one) => (
          <option key={one}>{one}</option>
        ))}
        {(statuses as readonly number[]).includes(status) ? null : <option>{status}</option>}
      </Select>
      <span>{t('fault.s.retryAfter')}</span>
      <NumberField
        label={t('fault.retryAfter')}
        value={typeof retryAfter === 'number' ? retryAfter : undefined}
        onChange={(value) => set({ retryAfter: value } as FaultWhat)}
      />
      <span>{t('fault.s.seconds')}</span>
    </>
  )
}

/** Rows that get stuck, or fail. */
function RowFields({ rule, onChange, kind }: EditProps & { readonly kind: 'stuck' | 'failing' }) {
  const styles = useStyles()
  const rows: RowsOfGdap = rule.what.gdap?.[kind] ?? {}
  const machines = kind === 'stuck' ? allMachines : failingMachines
  const machine = rows.machine ?? 'relationship'
  const set = (change: object): void => {
    const next = Object.fromEntries(Object.entries({ ...rows, ...change }).filter(([, value]) => value !== ''))
    onChange({ ...rule, what: { gdap: { [kind]: next } } })
  }
  return (
    <>
      <Select
        aria-label={t('fault.machine')}
        value={machine}
        onChange={(_, { value }) =>
          set({ machine: value, status: kind === 'stuck' ? statusesOf[value as Machine][0] : '' })
        }
      >
        {machines.map((one) => (
          <option key={one} value={one}>
            {t(`fault.machine.${one}`)}
          </option>
        ))}
      </Select>
      {kind === 'stuck' && (
        <>
          <span>{t('fault.s.in')}</span>
          <Select
            aria-label={t('fault.statusOf')}
            value={rows.status ?? ''}
            onChange={(_, { value }) => set({ status: value })}
          >
            <option value="">{t('fault.anyStatus')}</option>
            {statusesOf[machine].map((one) => (
              <option key={one}>{one}</option>
            ))}
          </Select>
        </>
      )}
      <span>{t('fault.s.named')}</span>
      <Input
        className={styles.name}
        aria-label={t('fault.name')}
        placeholder={t('fault.anyName')}
        value={rows.displayName ?? ''}
        onChange={(_, { value }) => set({ displayName: value })}
      />
    </>
  )
}

function DelayFields({ rule, onChange }: EditProps) {
  const [transition = 'activation', seconds] = Object.entries(rule.what.gdap?.latencySeconds ?? {})[0] ?? []
  const set = (name: string, n: number): void =>
    onChange({ ...rule, what: { gdap: { latencySeconds: { [name]: n } } } })
  return (
    <>
      <Select
        aria-label={t('fault.transition')}
        value={transition}
        onChange={(_, { value }) => set(value, seconds ?? 60)}
      >
        {transitions.map((one) => (
          <option key={one} value={one}>
            {t(`fault.transition.${one}`)}
          </option>
        ))}
      </Select>
      <NumberField label={t('fault.secondsField')} value={seconds} onChange={(n) => set(transition, n ?? 0)} />
      <span>{t('fault.s.seconds')}</span>
    </>
  )
}

export function AnswerFields({ rule, onChange }: EditProps) {
  const styles = useStyles()
  const kind = kindOf(rule.what)
  return (
    <>
      <Select
        className={styles.kind}
        aria-label={t('fault.kind')}
        value={kind}
        onChange={(_, { value }) => onChange(withKind(rule, value as FaultKind))}
      >
        {kinds.map((one) => (
          <option key={one} value={one}>
            {t(`fault.kind.${one}`)}
          </option>
        ))}
      </Select>
      {kind === 'status' && <StatusFields rule={rule} onChange={onChange} />}
      {kind === 'latency' && (
        <>
          <NumberField
            label={t('fault.msField')}
            value={rule.what.latencyMs}
            onChange={(ms) => onChange({ ...rule, what: { latencyMs: ms ?? 0 } })}
          />
          <span>ms</span>
        </>
      )}
      {kind === 'listLag' && (
        <>
          <NumberField
            label={t('fault.secondsField')}
            value={secondsOf(rule.what.listLag ?? '')}
            onChange={(n) => onChange({ ...rule, what: { ...rule.what, listLag: `PT${n ?? 0}S` } })}
          />
          <span>{t('fault.s.seconds')}</span>
        </>
      )}
      {(kind === 'stuck' || kind === 'failing') && <RowFields rule={rule} onChange={onChange} kind={kind} />}
      {kind === 'gdapLatency' && <DelayFields rule={rule} onChange={onChange} />}
    </>
  )
}
