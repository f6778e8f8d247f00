/** What is odd about a term or a set, as `relata.validate` finds it, with the way to where it is mended. */
import { Badge, Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import type { Finding } from '../../../data/types.ts'
import { fullTime } from '../../../i18n/format.ts'
import { maybeText, t } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { Empty } from '../../../kit/Empty.tsx'
import { Loaded } from '../../../kit/Loaded.tsx'
import { useShared } from '../../../kit/styles.ts'
import { useView } from '../../../kit/view.ts'
import { mendingOf } from '../../past/report/mending.ts'
import { useFindings } from './findings.ts'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, maxWidth: '960px' },
  one: {
    display: 'grid',
    gridTemplateColumns: '88px 1fr auto',
    columnGap: tokens.spacingHorizontalM,
    alignItems: 'baseline',
    paddingBlock: tokens.spacingVerticalS,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    '@container (max-width: 560px)': { gridTemplateColumns: '88px 1fr' },
  },
  badge: { justifySelf: 'start' },
  text: { minWidth: 0, overflowWrap: 'anywhere' },
  mend: { '@container (max-width: 560px)': { gridColumn: 2, justifySelf: 'start' } },
})

const colors = { error: 'danger', warning: 'warning', info: 'informative' } as const
/** Shown at once; the report of the store has all. */
const most = 200

interface ProblemsProps {
  readonly setId: string
  readonly termId?: string
}

/** Of a term: only its own, not those of the terms below it. */
export function Problems({ setId, termId }: ProblemsProps) {
  const styles = useStyles()
  const read = useFindings(setId, termId)
  return (
    <Loaded read={read}>
      {(findings) =>
        findings.length === 0 ? (
          <Empty
            text={t('problems.none', { time: fullTime(new Date(read.dataUpdatedAt)) })}
            action={<Button onClick={() => void read.refetch()}>{t('problems.again')}</Button>}
          />
        ) : (
          <>
            <ul className={styles.list}>
              {findings.slice(0, most).map((finding) => (
                <One
                  key={`${finding.rule} ${finding.id} ${finding.languageTag}`}
                  finding={finding}
                  isOwn={termId !== undefined || finding.id == null}
                />
              ))}
            </ul>
            {findings.length > most && (
              <p>
                {t('problems.more', { n: findings.length - most })}{' '}
                <AppLink to={`/terms/report?set=${setId}`} inline>
                  {t('problems.report')}
                </AppLink>
              </p>
            )}
          </>
        )
      }
    </Loaded>
  )
}

interface OneProps {
  readonly finding: Finding
  /** Of what is shown, not of a term below it. */
  readonly isOwn: boolean
}

function One({ finding, isOwn }: OneProps) {
  const styles = useStyles()
  const shared = useShared()
  const { push } = useView()
  const { rule = '', severity = 'info', text, path, id, set, languageTag, fix } = finding
  const { tab, mend } = mendingOf(rule, languageTag)
  // What has no field is mended in the tree.
  const canMend = isOwn && (mend !== undefined || tab !== 'general')
  return (
    <li className={styles.one}>
      <Badge className={styles.badge} appearance="tint" color={colors[severity]}>
        {maybeText(`problems.severity.${severity}`) ?? severity}
      </Badge>
      <div className={styles.text}>
        {!isOwn && id != null && set !== undefined && (
          <div>
            <AppLink to={`/terms/s/${set}/t/${id}?tab=problems`}>{path}</AppLink>
          </div>
        )}
        <div>{text}</div>
        <div className={mergeClasses(shared.small, shared.soft)}>
          <span className={shared.mono}>{rule}</span>
          {languageTag != null && ` · ${languageTag}`}
          {fix != null && ` · ${fix}`}
        </div>
      </div>
      {canMend && (
        <Button
          size="small"
          className={styles.mend}
          aria-label={t('problems.mendNamed', { rule })}
          onClick={() => push({ tab, mend })}
        >
          {t('problems.mend')}
        </Button>
      )}
    </li>
  )
}
