/** Why a request was refused: a sentence, what was held against what was needed, and what mends it. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { maybeText, t } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { BeakerRegular, ErrorCircleRegular } from '../../kit/icons.ts'
import { useShared } from '../../kit/styles.ts'
import { callerName, type LoggedDetail } from '../entry.ts'
import { factAddress, traceAddress } from './fact-address.ts'
import { Mending } from './Mending.tsx'
import { mendsOf } from './mend.ts'

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    padding: tokens.spacingHorizontalL,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderLeft: `4px solid ${tokens.colorStatusDangerBorder2}`,
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  fault: { borderLeftColor: tokens.colorStatusWarningBorder2 },
  icon: { display: 'inline-flex', fontSize: '20px', color: tokens.colorStatusDangerForeground3 },
  iconFault: { color: tokens.colorStatusWarningForeground3 },
  facts: {
    display: 'grid',
    gridTemplateColumns: 'max-content minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalL,
    rowGap: tokens.spacingVerticalS,
    margin: 0,
    '> dd': { margin: 0 },
  },
  chips: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXS },
  chip: {
    padding: `0 ${tokens.spacingHorizontalS}`,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground1,
    overflowWrap: 'anywhere',
  },
  missing: { border: `1px dashed ${tokens.colorStatusDangerBorder2}` },
  more: {
    minHeight: '24px',
    border: 'none',
    background: 'none',
    color: tokens.colorBrandForegroundLink,
    cursor: 'pointer',
  },
})

export function whyText(detail: LoggedDetail): string | undefined {
  const { refusal, fault, status = 0 } = detail
  const who = callerName(detail)
  if (fault !== undefined) return t('requests.why.fault', { what: fault })
  if (status === 0) return t('requests.why.noAnswer')
  const { check, layer, wanted = [], message } = refusal ?? {}
  const values = { who, what: wanted[0] ?? '' }
  return maybeText(`requests.why.${layer}`, values) ?? maybeText(`requests.why.${check}`, values) ?? message
}

/** Those that have to do with what is wanted come first; of the others only the number. */
interface HeldProps {
  readonly held: readonly string[]
  readonly wanted: readonly string[]
  readonly detail: LoggedDetail
}

function Held({ held, wanted, detail }: HeldProps) {
  const styles = useStyles()
  const shared = useShared()
  const [isOpen, setOpen] = useState(false)
  if (held.length === 0) return <span className={shared.soft}>{t('requests.nothing')}</span>
  const areas = wanted.map((one) => one.split('.')[0])
  const near = held.filter((one) => areas.includes(one.split('.')[0] ?? ''))
  const shown = isOpen || held.length <= 4 ? held : near
  return (
    <span className={styles.chips}>
      {shown.map((one) => (
        <Fact key={one} fact={one} detail={detail} />
      ))}
      {shown.length < held.length && (
        <button type="button" className={styles.more} onClick={() => setOpen(true)}>
          {t('requests.others', { n: held.length - shown.length })}
        </button>
      )}
    </span>
  )
}

function Fact({ fact, detail, isMissing = false }: { fact: string; detail: LoggedDetail; isMissing?: boolean }) {
  const styles = useStyles()
  const shared = useShared()
  const to = factAddress(fact, detail)
  return (
    <code className={mergeClasses(styles.chip, isMissing && styles.missing, shared.mono)}>
      {to === undefined ? (
        fact
      ) : (
        <AppLink to={to} inline>
          {fact}
        </AppLink>
      )}
    </code>
  )
}

export function Why({ detail }: { readonly detail: LoggedDetail }) {
  const styles = useStyles()
  const shared = useShared()
  const { refusal, fault, status = 0 } = detail
  const text = whyText(detail)
  if (text === undefined || (status > 0 && status < 400 && fault === undefined)) return null
  const { check, section, code, message, target, layer, wanted = [], held = [] } = refusal ?? {}
  const trace = status === 403 ? traceAddress(detail) : undefined
  const isFault = fault !== undefined
  return (
    <section className={mergeClasses(styles.root, isFault && styles.fault)} aria-label={t('requests.why')}>
      <div className={shared.row}>
        <span className={mergeClasses(styles.icon, isFault && styles.iconFault)} aria-hidden="true">
          {isFault ? <BeakerRegular /> : <ErrorCircleRegular />}
        </span>
        <strong>{check === undefined || isFault ? t('requests.why') : t('requests.refusedBy', { check })}</strong>
      </div>
      <div>{text}</div>
      {layer !== undefined && (
        <dl className={styles.facts}>
          <dt className={shared.soft}>{t('requests.held')}</dt>
          <dd>
            <Held held={held} wanted={wanted} detail={detail} />
          </dd>
          <dt className={shared.soft}>{t(wanted.length > 1 ? 'requests.neededOne' : 'requests.needed')}</dt>
          <dd className={styles.chips}>
            {wanted.map((one) => (
              <Fact key={one} fact={one} detail={detail} isMissing />
            ))}
          </dd>
        </dl>
      )}
      {mendsOf(detail).map((mend) => (
        <Mending key={`${mend.kind} ${mend.what}`} mend={mend} detail={detail} />
      ))}
      <div className={mergeClasses(shared.small, shared.soft, shared.row)}>
        {message !== undefined && message !== text && <span>{message}</span>}
        {code !== undefined && <code className={shared.mono}>{code}</code>}
        {target !== undefined && <code className={shared.mono}>{target}</code>}
        {section !== undefined && <span>{t('requests.follows', { section })}</span>}
        {trace !== undefined && (
          <AppLink to={trace} inline>
            {t('requests.trace')}
          </AppLink>
        )}
        {isFault && (
          <AppLink to="/faults" inline>
            {t('requests.toFaults')}
          </AppLink>
        )}
      </div>
    </section>
  )
}
