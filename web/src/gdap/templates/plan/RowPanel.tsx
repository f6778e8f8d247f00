/** One line of the plan: what was found, why, and each request that would be made. */
import { makeStyles, tokens } from '@fluentui/react-components'
import { t } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { SidePanel } from '../../../kit/parts/SidePanel.tsx'
import { useShared } from '../../../kit/styles.ts'
import { useGroups, useRoles } from '../../api.ts'
import { type BulkPlan, type PlanRow, stepsFor } from './rows.ts'
import { doText, foundText, langOf, stepDetails, whyText } from './words.ts'

const useStyles = makeStyles({
  facts: {
    display: 'grid',
    gridTemplateColumns: 'auto minmax(0, 1fr)',
    gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalL}`,
    margin: 0,
    overflowWrap: 'anywhere',
    '& dd': { margin: 0 },
    '& dt': { color: tokens.colorNeutralForeground3 },
  },
  steps: { margin: 0, paddingLeft: tokens.spacingHorizontalXXL, display: 'grid', gap: tokens.spacingVerticalS },
})

interface PanelProps {
  readonly plan: BulkPlan
  /** What is shown, or was last: the drawer keeps its title while it closes. */
  readonly row: PlanRow | undefined
  readonly isOpen: boolean
  readonly onClose: () => void
}

function Content({ plan, row }: { readonly plan: BulkPlan; readonly row: PlanRow }) {
  const styles = useStyles()
  const shared = useShared()
  const roles = useRoles()
  const groups = new Map((useGroups().data?.value ?? []).map(({ id, displayName }) => [id, displayName]))
  // A problem stops all of its customer.
  const steps = row.kind === 'problem' ? [] : stepsFor(plan, row)
  return (
    <>
      <dl className={styles.facts}>
        <dt>{t('templates.column.what')}</dt>
        <dd>
          <strong>{foundText(row)}</strong>
        </dd>
        <dt>{t('templates.column.why')}</dt>
        <dd lang={langOf(row.text)}>{whyText(row.text)}</dd>
        {row.template !== '' && (
          <>
            <dt>{t('templates.column.template')}</dt>
            <dd>{row.template}</dd>
          </>
        )}
        {row.relationship !== '' && (
          <>
            <dt>{t('gdap.relationship')}</dt>
            <dd>
              {row.kind === 'create' ? (
                row.relationship
              ) : (
                <AppLink to={`/gdap/relationships?q=${encodeURIComponent(row.relationship)}`}>
                  {row.relationship}
                </AppLink>
              )}
            </dd>
          </>
        )}
        <dt>{t('templates.customers.id')}</dt>
        <dd>{row.customer}</dd>
      </dl>
      {steps.length === 0 ? (
        <div className={shared.soft}>{t(row.kind === 'problem' ? 'templates.stopped' : 'templates.noSteps')}</div>
      ) : (
        <ol className={styles.steps} aria-label={t('templates.steps.of')}>
          {steps.map((step) => (
            <li key={step.n}>
              <div>{doText(step.do)}</div>
              {step.key !== row.relationship && <div className={shared.small}>{step.key}</div>}
              {stepDetails(step, roles, groups).map((text) => (
                <div key={text} className={shared.small}>
                  {text}
                </div>
              ))}
            </li>
          ))}
        </ol>
      )}
    </>
  )
}

export function RowPanel({ plan, row, isOpen, onClose }: PanelProps) {
  if (row === undefined) return null
  return (
    <SidePanel title={row.name} isOpen={isOpen} onClose={onClose}>
      <Content plan={plan} row={row} />
    </SidePanel>
  )
}
