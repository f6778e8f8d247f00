/** The answer of an access trace: the sentence, the chain, every other way, what would change it, and each role. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useRead } from '../../../data/query.ts'
import type { Acting } from '../../../data/session.ts'
import { fullTime, listText } from '../../../i18n/format.ts'
import { t } from '../../../i18n/t.ts'
import { CopyButton } from '../../../kit/CopyId.tsx'
import { CheckmarkCircleRegular, DismissCircleRegular } from '../../../kit/icons.ts'
import { Problem } from '../../../kit/Problem.tsx'
import { Skeleton } from '../../../kit/Skeleton.tsx'
import { useShared } from '../../../kit/styles.ts'
import { isExtended } from '../../status.ts'
import { roleTemplates } from '../api.ts'
import { useEvidence } from './api.ts'
import { Chain, linksOf } from './Chain.tsx'
import { Change } from './Change.tsx'
import { type AccessAnswer, type Evidence, nearestWay, verdictsOf, type Way, wayOf } from './trace.ts'
import { Verdicts } from './Verdicts.tsx'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXL },
  sentence: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    flexWrap: 'wrap',
    '& > svg': { width: '24px', height: '24px', flexShrink: 0 },
  },
  yes: { color: tokens.colorStatusSuccessForeground1 },
  no: { color: tokens.colorStatusDangerForeground3 },
  verdict: {
    margin: 0,
    fontSize: tokens.fontSizeBase500,
    lineHeight: tokens.lineHeightBase500,
    fontWeight: tokens.fontWeightSemibold,
  },
  heading: {
    margin: `0 0 ${tokens.spacingVerticalS}`,
    fontSize: tokens.fontSizeBase300,
    fontWeight: tokens.fontWeightSemibold,
  },
  list: { margin: 0, paddingLeft: tokens.spacingHorizontalXL },
})

interface AnswerProps {
  readonly answer: AccessAnswer
  /** In words, such as "reset a password". */
  readonly deed: string
  readonly acting: Acting | undefined
}

/** Why not, in one sentence: the first link that is missing. */
function whyNot(person: string, tenant: string, way: Way): string {
  const role = listText(way.roles.map(({ name }) => name))
  const values = { person, tenant, role, group: way.group?.name ?? '', relationship: way.relationship?.name ?? '' }
  if (way.brokenAt === 'member') return t('sides.no.member', values)
  if (way.brokenAt === 'assignment') return t('sides.no.assignment', values)
  if (way.brokenAt === 'inactive') return t('sides.no.inactive', values)
  return role === '' ? t('sides.no.relationshipAny', values) : t('sides.no.relationship', values)
}

interface Sentence {
  readonly head: string
  readonly more: string
}

function endOf(answer: AccessAnswer, evidence: Evidence | undefined): string {
  const ids = new Set(answer.by.map(({ relationship }) => relationship.id))
  const last = evidence?.relationships.find(({ id = '', endDateTime }) => ids.has(id) && endDateTime === answer.until)
  return last !== undefined && isExtended(last) ? t('sides.yes.thenExtended') : t('sides.yes.thenEnds')
}

function sentenceOf({ answer, deed }: AnswerProps, way: Way | undefined, evidence: Evidence | undefined): Sentence {
  const { allowed, user, tenant, until, reason } = answer
  const values = { person: user.displayName, tenant: tenant.displayName, deed }
  if (!allowed)
    return { head: t('sides.no'), more: way === undefined ? reason : whyNot(user.displayName, tenant.displayName, way) }
  if (until === null) return { head: t('sides.yes'), more: reason }
  return {
    head: t('sides.yes.until', { at: fullTime(until) }),
    more: `${t('sides.yes.may', values)} ${endOf(answer, evidence)}`,
  }
}

function OtherWays({ ways }: { readonly ways: readonly Way[] }) {
  const styles = useStyles()
  return (
    <ul className={styles.list}>
      {ways.map(({ group, roles, relationship, until }) => (
        <li key={`${group?.id} ${relationship?.id}`}>
          {[group?.name, listText(roles.map(({ name }) => name)), relationship?.name].join(' › ')}
          {until !== undefined && ` (${t('sides.until', { at: fullTime(until) })})`}
        </li>
      ))}
    </ul>
  )
}

/** To be pasted into a ticket: times in UTC. */
function plainText({ answer, deed }: AnswerProps, { head, more }: Sentence, way: Way | undefined): string {
  const chain =
    way === undefined
      ? []
      : linksOf({ person: answer.user.displayName, tenant: answer.tenant.displayName, way }).map(
          ({ text, edge }) => `${text}${edge === undefined ? '' : ` --${edge}--> `}`,
        )
  const until = answer.until === null ? [] : [t('sides.until', { at: fullTime(answer.until, 'UTC') })]
  return [
    `${answer.user.userPrincipalName} @ ${answer.tenant.displayName}: ${deed}`,
    `${head} ${more}`,
    chain.join(''),
    ...until,
  ]
    .filter((line) => line !== '')
    .join('\n')
}

export function Answer(props: AnswerProps) {
  const { answer, acting } = props
  const styles = useStyles()
  const shared = useShared()
  const { isAway, evidence, error } = useEvidence(answer, acting)
  const templates = useRead('roles', ['names'], roleTemplates, {
    staleTime: 300_000,
    ...(acting === undefined ? {} : { acting }),
  })
  const { allowed, user, tenant } = answer
  const wanted = answer.roles?.map((name) => templates.data?.value.find((one) => one.displayName === name)?.id ?? name)
  const ways = answer.by.map(wayOf)
  const verdicts = evidence === undefined ? [] : verdictsOf(evidence, wanted)
  const isBarred = !allowed && verdicts.some(({ verdict, isEnough }) => verdict === 'has' && isEnough)
  const way = ways[0] ?? (evidence === undefined || isBarred ? undefined : nearestWay(evidence, wanted))
  if (isAway && !allowed && evidence === undefined && error === null) return <Skeleton lines={5} />
  const sentence = sentenceOf(props, way, evidence)
  return (
    <div className={styles.root}>
      <div role="status">
        <div className={styles.sentence}>
          {allowed ? <CheckmarkCircleRegular className={styles.yes} /> : <DismissCircleRegular className={styles.no} />}
          <h2 className={mergeClasses(styles.verdict, allowed ? styles.yes : styles.no)}>{sentence.head}</h2>
          <CopyButton text={plainText(props, sentence, way)} what={t('sides.answer')} />
        </div>
        <div>{sentence.more}</div>
        {answer.permissions !== undefined && answer.permissions.length > 0 && (
          <div className={mergeClasses(shared.small, shared.soft)}>
            {t('sides.permissions', { permissions: answer.permissions.join(', ') })}
          </div>
        )}
      </div>
      {way !== undefined && (
        <Chain
          label={t('sides.chain', { person: user.displayName, tenant: tenant.displayName })}
          person={user.displayName}
          tenant={tenant.displayName}
          way={way}
        />
      )}
      {ways.length > 1 && (
        <section aria-label={t('sides.otherWays')}>
          <h3 className={styles.heading}>{t('sides.otherWays')}</h3>
          <OtherWays ways={ways.slice(1)} />
        </section>
      )}
      {error !== null && <Problem error={error} />}
      {evidence !== undefined && (
        <>
          {!isBarred && (
            <section aria-label={t('sides.change')}>
              <h3 className={styles.heading}>{t('sides.change')}</h3>
              <Change answer={answer} evidence={evidence} verdicts={verdicts} ways={ways} acting={acting} />
            </section>
          )}
          {verdicts.length > 0 && (
            <section aria-label={t('sides.verdicts')}>
              <h3 className={styles.heading}>{t('sides.verdicts')}</h3>
              <Verdicts verdicts={verdicts} isAsked={wanted !== undefined} />
            </section>
          )}
        </>
      )}
    </div>
  )
}
