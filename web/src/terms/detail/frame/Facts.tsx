/** What the details of terms, sets and groups say below their headings and above their save bars. */
import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { fullTime } from '../../../i18n/format.ts'
import { t } from '../../../i18n/t.ts'
import { useShared } from '../../../kit/styles.ts'
import { TimeText } from '../../../kit/TimeText.tsx'
import { useView } from '../../../kit/view.ts'

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
  bar: {
    display: 'flex',
    alignItems: 'center',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXL}`,
    backgroundColor: tokens.colorNeutralBackground4,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
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

/** An earlier state is shown: everything is read-only. */
export function AsOfBar({ at }: { readonly at: string }) {
  const styles = useStyles()
  const { push } = useView()
  return (
    <div className={styles.bar} role="status">
      <span>{t('history.asOf', { time: fullTime(at) })}</span>
      <Button size="small" onClick={() => push({ 'as-of': undefined })}>
        {t('history.backToNow')}
      </Button>
    </div>
  )
}
