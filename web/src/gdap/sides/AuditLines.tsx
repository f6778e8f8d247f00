/** What happened to relationships, newest first, as one side's own log has it. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import type { Acting } from '../../data/session.ts'
import type { DirectoryAudit } from '../../data/types.ts'
import { maybeText, t } from '../../i18n/t.ts'
import { shortened } from '../../kit/CopyId.tsx'
import { useShared } from '../../kit/styles.ts'
import { TimeText } from '../../kit/TimeText.tsx'
import { applications } from '../../shell/ActingAs.tsx'
import { useNames } from '../relationship/LifeLine.tsx'
import { doerOf } from './side.ts'

const useStyles = makeStyles({
  list: { listStyle: 'none', margin: 0, padding: 0 },
  line: {
    display: 'grid',
    gridTemplateColumns: '112px 1fr',
    gap: tokens.spacingHorizontalS,
    paddingBlock: tokens.spacingVerticalXXS,
    overflowWrap: 'anywhere',
  },
})

/** In words of ours; else as the server has it. */
export function deedText(audit: DirectoryAudit): string {
  const { operationType, activityDisplayName } = audit
  return maybeText(`sides.deed.${operationType}`) ?? activityDisplayName ?? operationType ?? ''
}

/** An application by its name where that is known. */
export function nameOfDoer(doer: string): string {
  return applications.find(({ id }) => id === doer)?.name ?? (/^[0-9a-f-]{36}$/i.test(doer) ? shortened(doer) : doer)
}

/** Names of who did it, also of people whom the records tell by id alone, where `acting` may read them. */
export function useDoerNames(audits: readonly DirectoryAudit[], acting: Acting): (doer: string) => string {
  const isKnown = (doer: string): boolean => applications.some(({ id }) => id === doer)
  const people = audits.filter(({ initiatedBy }) => typeof initiatedBy?.user?.id === 'string').map(doerOf)
  const nameOf = useNames(people, acting)
  return (doer) => (people.includes(doer) && !isKnown(doer) ? (nameOf(doer) ?? doer) : nameOfDoer(doer))
}

interface AuditLinesProps {
  readonly label: string
  readonly audits: readonly DirectoryAudit[]
  /** Who reads, and is told "you". */
  readonly acting: Acting
  /** The names of the relationships too, where they are several. */
  readonly hasNames?: boolean
}

export function AuditLines({ label, audits, acting, hasNames = false }: AuditLinesProps) {
  const styles = useStyles()
  const shared = useShared()
  const nameOf = useDoerNames(audits, acting)
  return (
    <ul className={mergeClasses(styles.list, shared.small)} aria-label={label}>
      {audits.map((audit) => {
        const by = doerOf(audit)
        const doer = by === undefined ? undefined : nameOf(by)
        const name = audit.targetResources?.[0]?.displayName
        const words = [
          deedText(audit),
          doer === undefined ? '' : doer === acting.caller.id ? t('sides.byYou') : t('sides.by', { name: doer }),
        ]
        return (
          <li key={audit.id} className={styles.line}>
            <span className={mergeClasses(shared.soft, shared.numbers)}>
              <TimeText at={audit.activityDateTime} />
            </span>
            <span>
              {hasNames && typeof name === 'string' && <strong>{name} </strong>}
              {words.filter((one) => one !== '').join(' ')}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
