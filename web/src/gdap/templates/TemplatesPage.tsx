/**
 * Templates of roles for many customers, in four steps: which templates, which customers, what that would change, and doing it as a
 * job of the server (events.md §7). All of it is in the address but what is too long for one.
 */
import { Button, Link, makeStyles, tokens } from '@fluentui/react-components'
import { type ReactNode, useEffect, useMemo, useRef } from 'react'
import { t, useLanguage } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { Empty } from '../../kit/Empty.tsx'
import { PageFrame } from '../../kit/PageFrame.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { Skeleton } from '../../kit/Skeleton.tsx'
import { useShared } from '../../kit/styles.ts'
import { useView } from '../../kit/view.ts'
import { type Bundle, useBundles } from '../bundles.ts'
import { ReasonButton } from '../ReasonButton.tsx'
import { CustomersStep } from './choose/CustomersStep.tsx'
import { TemplatesStep } from './choose/TemplatesStep.tsx'
import { type CustomerList, chosenOf, customersPlan, useCustomerList } from './customers.ts'
import { chosenIn, type Draft, faultOf, useDraft, wantedOf } from './draft.ts'
import { JobStep } from './job/JobStep.tsx'
import { PlanStep } from './plan/PlanStep.tsx'
import { askPlan } from './plan/usePlanned.ts'
import { useStepStyles } from './styles.ts'

/** resume.ts asks for it where this tab was following a job. */
export { resumeTemplates } from './job/following.ts'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 },
  steps: {
    display: 'flex',
    flexWrap: 'wrap',
    columnGap: tokens.spacingHorizontalL,
    listStyle: 'none',
    margin: 0,
    padding: 0,
  },
  now: { fontWeight: tokens.fontWeightSemibold },
  step: { minHeight: '24px' },
})

const stepNames = ['templates', 'customers', 'plan', 'job'] as const
type StepName = (typeof stepNames)[number]

/** Shown of the requests: the rest of a long list is alike. */
const shownCustomers = 20

function stepIn(step: string | undefined, job: string | undefined): StepName {
  if (job !== undefined) return 'job'
  return stepNames.find((name) => name === step && name !== 'job') ?? 'templates'
}

/** A step can be gone to once those before it are complete. */
function Steps({ now, reasons, onGo }: { now: StepName; reasons: Reasons; onGo: (to: StepName) => void }) {
  const styles = useStyles()
  const bar = useStepStyles()
  return (
    <nav className={bar.bar} aria-label={t('gdap.new.steps')}>
      <ol className={styles.steps}>
        {stepNames.map((name, at) => {
          const words = `${at + 1} ${t(`templates.step.${name}`)}`
          const isShut = name === 'job' || reasons[name] !== undefined
          return (
            <li key={name} className={styles.step} aria-current={name === now ? 'step' : undefined}>
              {name === now ? (
                <span className={styles.now}>{words}</span>
              ) : isShut ? (
                words
              ) : (
                <Link as="button" onClick={() => onGo(name)}>
                  {words}
                </Link>
              )}
            </li>
          )
        })}
      </ol>
    </nav>
  )
}

/** Why a step cannot be gone to. */
type Reasons = Readonly<Record<Exclude<StepName, 'job'>, string | undefined>>

function reasonsFor(draft: Draft, bundles: readonly Bundle[]): Reasons {
  const fault = faultOf(draft, bundles)
  const words = fault === undefined ? undefined : t(fault)
  const none = draft.customers !== 'all' && draft.customers.length === 0 ? t('templates.fault.noCustomer') : undefined
  return { templates: undefined, customers: words, plan: words ?? none }
}

/** Its heading takes the focus when the step is gone to. */
function StepHeading({ step }: { readonly step: StepName }) {
  const steps = useStepStyles()
  const shared = useShared()
  const heading = useRef<HTMLHeadingElement>(null)
  const before = useRef(step)
  useEffect(() => {
    if (before.current !== step) heading.current?.focus({ preventScroll: true })
    before.current = step
  }, [step])
  return (
    <div className={steps.heading}>
      <h2 ref={heading} tabIndex={-1} className={shared.paneTitle}>
        {t(`templates.step.${step}`)}
      </h2>
    </div>
  )
}

interface PlanningProps {
  readonly draft: Draft
  readonly bundles: readonly Bundle[]
  readonly list: CustomerList
  readonly go: (to: StepName) => void
  readonly back: ReactNode
}

/** The plan, once all that it needs is read. */
function Planning({ draft, bundles, list, go, back }: PlanningProps) {
  const steps = useStepStyles()
  const { view, set, push } = useView()
  const customers = useMemo(() => chosenOf(list.rows ?? [], draft.customers), [list.rows, draft.customers])
  const wanted = useMemo(() => wantedOf(draft, bundles, customers), [draft, bundles, customers])
  const { rows, error, again } = list
  if (error !== null)
    return (
      <div className={steps.scrolled}>
        <Problem error={error} onRetry={again} />
      </div>
    )
  if (rows === undefined)
    return (
      <div className={steps.scrolled}>
        <Skeleton lines={10} />
      </div>
    )
  if (customers.length === 0)
    return (
      <Empty
        text={t('templates.fault.noCustomer')}
        action={<Button onClick={() => go('customers')}>{t('templates.step.customers')}</Button>}
      />
    )
  const some = customers.slice(0, shownCustomers)
  return (
    <PlanStep
      wanted={wanted}
      asksAgain={draft.asksAgain}
      view={view}
      set={set}
      requests={() => [askPlan(wantedOf(draft, bundles, some), draft.asksAgain)]}
      onCancel={() => go('customers')}
      onStarted={(job) => push({ job, step: undefined, show: undefined, find: undefined })}
      back={back}
    />
  )
}

export default function TemplatesPage() {
  useLanguage()
  const styles = useStyles()
  const steps = useStepStyles()
  const { view, push } = useView()
  const { draft, put } = useDraft()
  const all = useBundles()
  const bundles = useMemo(() => chosenIn(draft, all), [draft, all])
  const job = view['job']
  const reasons = reasonsFor(draft, bundles)
  const wanted = stepIn(view['step'], job)
  const list = useCustomerList(draft.added, wanted === 'customers' || wanted === 'plan')
  // What an address lacks is asked for.
  const lacking = reasons.customers === undefined ? 'customers' : 'templates'
  const step = wanted === 'job' || all.length === 0 || reasons[wanted] === undefined ? wanted : lacking
  const go = (to: StepName): void =>
    push({ step: to === 'templates' ? undefined : to, job: undefined, show: undefined, find: undefined })
  const backTo = (to: StepName): ReactNode => <Button onClick={() => go(to)}>{t('templates.back')}</Button>
  return (
    <PageFrame
      title={t('nav.templates')}
      trail={<AppLink to="/gdap/relationships">{t('gdap.title')}</AppLink>}
      isFull
      tools={step === 'customers' ? <RequestPreview plans={() => [customersPlan]} /> : undefined}
    >
      <div className={styles.root}>
        <Steps now={step} reasons={reasons} onGo={go} />
        <StepHeading step={step} />
        {step === 'templates' && (
          <>
            <div className={steps.scrolled}>
              <TemplatesStep draft={draft} put={put} bundles={all} />
            </div>
            <div className={steps.foot}>
              <ReasonButton appearance="primary" reason={reasons.customers} onClick={() => go('customers')}>
                {t('templates.toCustomers')}
              </ReasonButton>
            </div>
          </>
        )}
        {step === 'customers' && (
          <>
            <CustomersStep draft={draft} put={put} list={list} />
            <div className={steps.foot}>
              {backTo('templates')}
              <ReasonButton appearance="primary" reason={reasons.plan} onClick={() => go('plan')}>
                {t('templates.toPlan')}
              </ReasonButton>
            </div>
          </>
        )}
        {step === 'plan' && all.length > 0 && (
          <Planning draft={draft} bundles={bundles} list={list} go={go} back={backTo('customers')} />
        )}
        {step === 'job' && job !== undefined && (
          <JobStep
            key={job}
            id={job}
            added={draft.added}
            onNew={() => go('templates')}
            onPlan={(customers) => {
              if (customers !== undefined) put({ customers })
              go('plan')
            }}
          />
        )}
      </div>
    </PageFrame>
  )
}
