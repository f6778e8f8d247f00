/** What went over the wire about the relationship that is shown: writes, events and what webhooks answered, newest first; and the brake. */
import { Checkbox, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import type { Relationship } from '../../../data/types.ts'
import { t } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { useShared } from '../../../kit/styles.ts'
import { TimeText } from '../../../kit/TimeText.tsx'
import { partnerInId } from '../api.ts'
import { useDeliveriesOf, type WireDelivery } from './deliveries.ts'
import { SlowDown } from './SlowDown.tsx'
import { shortPath, useWire, type WireEntry } from './wire.ts'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', minHeight: 0, minWidth: 0, height: '100%' },
  head: {
    display: 'flex',
    alignItems: 'center',
    flexWrap: 'wrap',
    columnGap: tokens.spacingHorizontalM,
    padding: `0 ${tokens.spacingHorizontalXXL}`,
    '@media (max-width: 640px)': { padding: `0 ${tokens.spacingHorizontalL}` },
  },
  title: { margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
  list: {
    listStyle: 'none',
    margin: 0,
    padding: `0 ${tokens.spacingHorizontalXXL} ${tokens.spacingVerticalS}`,
    overflow: 'auto',
    minHeight: 0,
    flexGrow: 1,
    '@media (max-width: 640px)': { padding: `0 ${tokens.spacingHorizontalL}` },
  },
  line: {
    display: 'grid',
    gridTemplateColumns: '112px 64px minmax(0, 1fr) max-content',
    alignItems: 'baseline',
    columnGap: tokens.spacingHorizontalS,
    paddingBlock: tokens.spacingVerticalXXS,
    '@media (max-width: 640px)': { gridTemplateColumns: '64px minmax(0, 1fr) max-content' },
  },
  time: { '@media (max-width: 640px)': { display: 'none' } },
  refused: { color: tokens.colorStatusWarningForeground1, fontWeight: tokens.fontWeightSemibold },
  path: { overflowWrap: 'anywhere' },
  event: { fontStyle: 'italic' },
  empty: { padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXXL}` },
})

function Line(props: { readonly entry: WireEntry | WireDelivery; readonly relationshipId: string }) {
  const { entry, relationshipId } = props
  const styles = useStyles()
  const shared = useShared()
  const time = (
    <span className={mergeClasses(shared.soft, shared.numbers, styles.time)}>
      <TimeText at={entry.dateTime} />
    </span>
  )
  if (entry.kind === 'delivery')
    return (
      <li className={mergeClasses(styles.line, shared.small)}>
        {time}
        <span className={shared.soft}>{t('sides.wire.webhook')}</span>
        <span className={shared.ellipsis}>
          <AppLink to={`/events?tab=deliveries&subject=${relationshipId}&open=${entry.key}`}>{entry.name}</AppLink>
        </span>
        <span className={mergeClasses(shared.numbers, entry.isFailed && styles.refused)}>{entry.answer}</span>
      </li>
    )
  if (entry.kind === 'event')
    return (
      <li className={mergeClasses(styles.line, shared.small)}>
        {time}
        <span className={shared.soft}>{t('sides.wire.event')}</span>
        <span className={mergeClasses(shared.ellipsis, styles.event)}>{entry.name}</span>
        <span />
      </li>
    )
  const { id, method, path, status, durationMs, caller } = entry
  return (
    <li className={mergeClasses(styles.line, shared.small)}>
      {time}
      <strong>{method}</strong>
      <span className={styles.path} title={path}>
        <AppLink to={`/requests/${id}`}>{shortPath(path, relationshipId)}</AppLink>
        {caller?.name !== undefined && <span className={shared.soft}> {caller.name}</span>}
      </span>
      <span className={mergeClasses(shared.numbers, status >= 400 && styles.refused)}>
        {status}
        {durationMs !== undefined && (
          <span className={shared.soft}> {t('status.ms', { ms: Math.round(durationMs) })}</span>
        )}
      </span>
    </li>
  )
}

export function WireStrip({ relationship }: { readonly relationship: Relationship | undefined }) {
  const relationshipId = relationship?.id
  const styles = useStyles()
  const shared = useShared()
  const [hasReads, setHasReads] = useState(false)
  const wire = useWire(relationshipId, hasReads)
  const deliveries = useDeliveriesOf(relationshipId, relationshipId && partnerInId(relationshipId))
  const entries = [...wire, ...deliveries].sort((a, b) => b.dateTime.localeCompare(a.dateTime))
  return (
    <div className={styles.root}>
      <div className={styles.head}>
        <h2 className={mergeClasses(styles.title, shared.grow)}>{t('sides.wire')}</h2>
        <Checkbox
          label={t('sides.wire.reads')}
          checked={hasReads}
          onChange={(_, { checked }) => setHasReads(checked === true)}
        />
        <SlowDown relationship={relationship} />
      </div>
      {entries.length === 0 || relationshipId === undefined ? (
        <div className={mergeClasses(styles.empty, shared.soft, shared.small)}>{t('sides.wire.none')}</div>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
        <ul className={styles.list} aria-label={t('sides.wire')} tabIndex={0}>
          {entries.map((entry) => (
            <Line key={entry.key} entry={entry} relationshipId={relationshipId} />
          ))}
        </ul>
      )}
    </div>
  )
}
