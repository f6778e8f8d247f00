/** All rules: on or off, what, where, how often, and what has come of them. Cards where there is little room. */
import { Badge, Button, makeStyles, mergeClasses, Switch, Tooltip, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { act, asProblem, useAction } from '../../data/action.ts'
import { invalidate } from '../../data/invalidate.ts'
import { queryClient } from '../../data/query.ts'
import { useFeature } from '../../data/session.ts'
import { t } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { announce } from '../../kit/announce.ts'
import { DeleteRegular, EditRegular } from '../../kit/icons.ts'
import { Problem } from '../../kit/Problem.tsx'
import { useShared } from '../../kit/styles.ts'
import { TimeText } from '../../kit/TimeText.tsx'
import { addPlan, changePlan, removePlan, touches } from './api.ts'
import { givenRule, isOfRequests, type ShownRule } from './rule.ts'
import { type TryResult, tryRule } from './try.ts'
import { tryGdapRule } from './try-gdap.ts'
import { answerText, oftenText, ruleName, whereText, whoText } from './words.ts'

const narrow = '@media (max-width: 900px)'

const useStyles = makeStyles({
  table: { display: 'block' },
  row: {
    display: 'grid',
    gridTemplateColumns: '52px minmax(0, 1.5fr) minmax(0, 1.7fr) minmax(0, 1fr) minmax(0, 1fr) minmax(0, 1fr) 190px',
    alignItems: 'center',
    columnGap: tokens.spacingHorizontalM,
    minHeight: '44px',
    padding: `${tokens.spacingVerticalXS} 0`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    [narrow]: {
      gridTemplateColumns: '52px minmax(0, 1fr)',
      rowGap: tokens.spacingVerticalXXS,
      paddingBlock: tokens.spacingVerticalM,
      '& > *': { gridColumn: '2' },
      '& > :first-child': { gridColumn: '1', gridRow: '1' },
      '& > :nth-child(2)': { gridRow: '1' },
    },
  },
  head: {
    minHeight: 'var(--row)',
    fontWeight: tokens.fontWeightSemibold,
    fontSize: tokens.fontSizeBase200,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    [narrow]: {
      position: 'absolute',
      width: '1px',
      height: '1px',
      minHeight: 0,
      padding: 0,
      overflow: 'hidden',
      clipPath: 'inset(50%)',
    },
  },
  off: { color: tokens.colorNeutralForeground3 },
  strong: { fontWeight: tokens.fontWeightSemibold, overflowWrap: 'anywhere' },
  path: { overflowWrap: 'anywhere' },
  result: { padding: `${tokens.spacingVerticalXS} 0 ${tokens.spacingVerticalS} 64px`, [narrow]: { paddingLeft: 0 } },
  tools: {
    justifyContent: 'flex-end',
    [narrow]: { justifyContent: 'flex-start', marginTop: tokens.spacingVerticalXS },
  },
  badge: { border: '1px solid transparent' },
})

function Hits({ rule }: { readonly rule: ShownRule }) {
  const shared = useShared()
  const { hits, times, lastHit } = rule
  const canOpen = useFeature('requests')
  const count = times === undefined ? t('fault.hits', { n: hits }) : t('fault.hitsOf', { n: hits, of: times })
  return (
    <span className={shared.numbers}>
      {count}
      {lastHit !== null && (
        <span className={mergeClasses(shared.soft, shared.small)}>
          {' · '}
          {canOpen && lastHit.requestId !== undefined ? (
            <AppLink to={`/requests/${lastHit.requestId}`} inline>
              <TimeText at={lastHit.dateTime} />
            </AppLink>
          ) : (
            <TimeText at={lastHit.dateTime} />
          )}
        </span>
      )}
    </span>
  )
}

function Outcome({ result }: { readonly result: TryResult }) {
  const styles = useStyles()
  const { text, isHit, requestId } = result
  return (
    <div className={styles.result}>
      <Badge className={styles.badge} appearance="tint" color={isHit ? 'warning' : 'informative'}>
        {t(isHit ? 'fault.try.isHit' : 'fault.try.isNot')}
      </Badge>{' '}
      {text}{' '}
      {requestId !== undefined && (
        <AppLink to={`/requests/${requestId}`} inline>
          {t('fault.try.open')}
        </AppLink>
      )}
    </div>
  )
}

interface RowProps {
  readonly rule: ShownRule
  readonly onEdit: () => void
}

function RuleRow({ rule, onEdit }: RowProps) {
  const styles = useStyles()
  const shared = useShared()
  const { isBusy, problem, run, clear } = useAction()
  const [result, setResult] = useState<TryResult | undefined>()
  const [failure, setFailure] = useState<unknown>()
  const name = ruleName(rule)
  const [isTrying, setTrying] = useState(false)
  const isOfGdap = !isOfRequests(rule.what)
  const hasWorlds = useFeature('worlds')
  const trial = async (): Promise<void> => {
    setFailure(undefined)
    setTrying(true)
    if (isOfGdap) announce(t('fault.trial.running'))
    try {
      const none = { isHit: false, text: t('fault.trial.none') }
      const came = isOfGdap ? ((await tryGdapRule(rule)) ?? none) : await tryRule(rule)
      setResult(came)
      if (came !== undefined) announce(came.text)
      invalidate(queryClient, touches)
    } catch (error) {
      setFailure(asProblem(error, removePlan(rule.id)))
    } finally {
      setTrying(false)
    }
  }
  const noTry = isOfGdap ? (hasWorlds ? undefined : t('fault.try.ofItself')) : rule.on ? undefined : t('fault.try.off')
  return (
    <li>
      <div className={mergeClasses(styles.row, !rule.on && styles.off)}>
        <Switch
          checked={rule.on}
          aria-label={t('fault.onOf', { name })}
          onChange={(_, { checked }) =>
            void run(changePlan(rule.id, { on: checked }), {
              touches,
              done: t(checked ? 'fault.isOn' : 'fault.isOff', { name }),
              undo: () => act(changePlan(rule.id, { on: !checked }), { touches }),
            })
          }
        />
        <span className={styles.strong} title={rule.note}>
          {answerText(rule)}
          {rule.note !== undefined && <div className={mergeClasses(shared.soft, shared.small)}>{rule.note}</div>}
        </span>
        <span className={mergeClasses(styles.path, rule.where?.path !== undefined && shared.mono)}>
          {whereText(rule)}
        </span>
        <span className={styles.path}>{isOfRequests(rule.what) ? whoText(rule) : '–'}</span>
        <span>{oftenText(rule)}</span>
        <Hits rule={rule} />
        <span className={mergeClasses(shared.row, styles.tools)}>
          <Tooltip content={noTry ?? t(isOfGdap ? 'fault.trial.tip' : 'fault.try.tip')} relationship="description">
            <Button size="small" disabledFocusable={noTry !== undefined || isTrying} onClick={() => void trial()}>
              {t('fault.try')}
            </Button>
          </Tooltip>
          <Tooltip content={t('fault.editOf', { name })} relationship="label">
            <Button size="small" appearance="subtle" icon={<EditRegular />} onClick={onEdit} />
          </Tooltip>
          <Tooltip content={t('fault.removeOf', { name })} relationship="label">
            <Button
              size="small"
              appearance="subtle"
              icon={<DeleteRegular />}
              disabledFocusable={isBusy}
              onClick={() =>
                void run(removePlan(rule.id), {
                  touches,
                  done: t('fault.removed', { name }),
                  undo: () => act(addPlan(givenRule(rule)), { touches }),
                })
              }
            />
          </Tooltip>
        </span>
      </div>
      {result !== undefined && <Outcome result={result} />}
      {failure !== undefined && <Problem error={failure} onClose={() => setFailure(undefined)} />}
      {problem !== undefined && <Problem error={problem} onClose={clear} />}
    </li>
  )
}

interface TableProps {
  readonly rules: readonly ShownRule[]
  readonly onEdit: (rule: ShownRule) => void
}

const useList = makeStyles({ list: { listStyle: 'none', margin: 0, padding: 0 } })

export function RuleTable({ rules, onEdit }: TableProps) {
  const styles = useStyles()
  const list = useList()
  const heads = ['fault.answer', 'fault.to', 'fault.who', 'fault.often', 'fault.hitsHead'] as const
  return (
    <div className={styles.table}>
      <div className={mergeClasses(styles.row, styles.head)} aria-hidden="true">
        <span>{t('fault.on')}</span>
        {heads.map((key) => (
          <span key={key}>{t(key)}</span>
        ))}
        <span />
      </div>
      <ul className={list.list} aria-label={t('fault.rules')}>
        {rules.map((rule) => (
          <RuleRow key={rule.id} rule={rule} onEdit={() => onEdit(rule)} />
        ))}
      </ul>
    </div>
  )
}
