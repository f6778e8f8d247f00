/** What the details of terms, sets and groups say below their headings and above their save bars. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { t } from '../../../i18n/t.ts'
import { useShared } from '../../../kit/styles.ts'
import { TimeText } from '../../../kit/TimeText.tsx'

const useStyles = makeStyles({
  stamps: {
    display: 'flex',
    flexWrap: 'wrap',
    columnGap: tokens.spacingHorizontalXL,
    marginTop: tokens.spacingVerticalXL,
    paddingTop: tokens.spacingVerticalS,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    maxWidth: '960px',
  },
})

interface Identity {
  readonly displayName?: string | null
  readonly id?: string | null
}

/** As Graph names who did something. */
export interface Identities {
  readonly user?: Identity | null
  readonly application?: Identity | null
}

function nameOf(by: Identities | null | undefined): string | undefined {
  const who = by?.user ?? by?.application
  return who?.displayName ?? who?.id ?? undefined
}

interface StampsProps {
  readonly of: {
    readonly createdDateTime?: string | null
    readonly lastModifiedDateTime?: string | null
    readonly createdBy?: unknown
    readonly lastModifiedBy?: unknown
  }
}

export function Stamps({ of }: StampsProps) {
  const styles = useStyles()
  const shared = useShared()
  const creator = nameOf(of.createdBy as Identities | null)
  const changer = nameOf(of.lastModifiedBy as Identities | null)
  return (
    <div className={mergeClasses(styles.stamps, shared.small, shared.soft)}>
      {of.createdDateTime != null && (
        <span>
          {t('detail.created')} <TimeText at={of.createdDateTime} />
          {creator !== undefined && `, ${creator}`}
        </span>
      )}
      {of.lastModifiedDateTime != null && (
        <span>
          {t('detail.modified')} <TimeText at={of.lastModifiedDateTime} />
          {changer !== undefined && `, ${changer}`}
        </span>
      )}
    </div>
  )
}
