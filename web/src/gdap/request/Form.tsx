/** The form of a request: four steps on one page, each refusal at its field. */
import { Button, Field, Input, makeStyles, Switch, tokens } from '@fluentui/react-components'
import { type ReactNode, useRef, useState } from 'react'
import { graph } from '../../data/plan.ts'
import type { Problem as ProblemError } from '../../data/problem.ts'
import { useRead } from '../../data/query.ts'
import { serverNow, shortDate } from '../../i18n/format.ts'
import { t } from '../../i18n/t.ts'
import { announce } from '../../kit/announce.ts'
import { Problem } from '../../kit/Problem.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { toast } from '../../kit/toasts.ts'
import { useGo } from '../../kit/view.ts'
import { plans, type RelationshipRow, type Role } from '../api.ts'
import { ConflictDialog } from '../conflict/ConflictDialog.tsx'
import { useChanging } from '../conflict/useChange.ts'
import { ReasonButton } from '../ReasonButton.tsx'
import { addDays, globalAdministrator } from '../rules.ts'
import { CustomerStep } from './CustomerStep.tsx'
import { bodyOf, type Draft, daysOf, draftLike, type FieldName, faultsOf, fieldOf, isDaysAllowed } from './draft.ts'
import { RolesStep } from './RolesStep.tsx'
import { create } from './send.ts'

const useStyles = makeStyles({
  step: {
    paddingBottom: tokens.spacingVerticalXXL,
    scrollMarginTop: tokens.spacingVerticalL,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    maxWidth: '1040px',
  },
  field: { maxWidth: '480px' },
})

const steps = ['roles', 'terms', 'customer', 'send'] as const

function Step({ name, children }: { readonly name: (typeof steps)[number]; readonly children: ReactNode }) {
  const styles = useStyles()
  const shared = useShared()
  return (
    <section id={`step-${name}`} className={styles.step} aria-labelledby={`step-${name}-title`}>
      <h2 id={`step-${name}-title`} className={shared.paneTitle} tabIndex={-1}>
        {t(`gdap.new.step.${name}`)}
      </h2>
      {children}
    </section>
  )
}

/** Whether another relationship has the name: Graph wants it once among all of a partner. */
function useNameTaken(name: string, own: string | undefined): boolean | undefined {
  const { data } = useRead('relationships', ['named', name], plans.named(name), {
    enabled: name !== '' && name.length <= 50,
  })
  return data === undefined ? undefined : data.value.some(({ id }) => id !== own)
}

interface TermsProps {
  readonly draft: Draft
  readonly put: (change: Partial<Draft>) => void
  readonly message: (field: FieldName) => string | undefined
  readonly isTaken: boolean | undefined
}

function TermsStep({ draft, put, message, isTaken }: TermsProps) {
  const styles = useStyles()
  const days = daysOf(draft.duration, serverNow())
  const hasGlobal = draft.roles.includes(globalAdministrator)
  const nameFault = message('name') ?? (isTaken === true ? t('gdap.new.nameTaken') : undefined)
  const durationFault = message('duration')
  const extendsFault = message('extends')
  const isFree = isTaken === false && nameFault === undefined && draft.name.trim() !== ''
  return (
    <>
      <Field
        className={styles.field}
        label={t('gdap.new.name')}
        required
        {...(nameFault !== undefined
          ? { validationMessage: nameFault, validationState: 'error' as const }
          : isFree
            ? { validationMessage: t('gdap.new.nameFree'), validationState: 'success' as const }
            : {})}
      >
        <Input value={draft.name} autoComplete="off" onChange={(_, { value }) => put({ name: value })} />
      </Field>
      <Field
        className={styles.field}
        label={t('gdap.new.duration')}
        required
        hint={
          isDaysAllowed(days)
            ? t('gdap.new.durationIs', { n: days, at: shortDate(addDays(serverNow().toISOString(), days)) })
            : t('gdap.new.durationHint')
        }
        {...(durationFault === undefined
          ? {}
          : { validationMessage: durationFault, validationState: 'error' as const })}
      >
        <Input value={draft.duration} autoComplete="off" onChange={(_, { value }) => put({ duration: value })} />
      </Field>
      <Field
        className={styles.field}
        {...(hasGlobal
          ? { validationMessage: t('gdap.extend.impossibleWhy'), validationState: 'warning' as const }
          : extendsFault === undefined
            ? {}
            : { validationMessage: extendsFault, validationState: 'error' as const })}
      >
        <Switch
          label={t('gdap.new.extendOn')}
          checked={draft.extends && !hasGlobal}
          disabledFocusable={hasGlobal}
          onChange={(_, { checked }) => put({ extends: checked })}
        />
      </Field>
    </>
  )
}

interface FormProps {
  readonly initial: Draft
  readonly roles: ReadonlyMap<string, Role>
  /** The draft that is edited. */
  readonly edited: RelationshipRow | undefined
  readonly onSent: (row: RelationshipRow) => void
}

/** What the server said of fields, and what is left of its refusal. */
function refusalsOf(problem: ProblemError | undefined): ReadonlyMap<FieldName, string> {
  const found = new Map<FieldName, string>()
  for (const { target, message } of problem?.details ?? []) {
    const field = fieldOf(target)
    if (field !== undefined) found.set(field, message)
  }
  const own = fieldOf(problem?.target)
  if (own !== undefined && !found.has(own) && problem !== undefined)
    found.set(own, problem.status === 409 ? t('gdap.new.nameTaken') : problem.message)
  return found
}

export function Form({ initial, roles, edited, onSent }: FormProps) {
  const shared = useShared()
  const go = useGo()
  const [draft, setDraft] = useState(initial)
  const [isTried, setTried] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [isAgain, setAgain] = useState(false)
  const [problem, setProblem] = useState<ProblemError | undefined>()
  const [made, setMade] = useState<RelationshipRow | undefined>(edited)
  const root = useRef<HTMLDivElement>(null)
  const changing = useChanging()
  const isTaken = useNameTaken(draft.name.trim(), made?.id)
  const faults = faultsOf(draft, serverNow())
  const refused = refusalsOf(problem)
  const put = (change: Partial<Draft>): void => {
    setDraft((before) => ({ ...before, ...change }))
    setProblem(undefined)
  }
  const message = (field: FieldName): string | undefined => {
    const fault = faults[field]
    // A name that is too long is told while typing; what is missing only when it is sent.
    const isShown = fault !== undefined && (isTried || !fault.endsWith('Missing'))
    return isShown ? t(`gdap.new.${fault}`) : refused.get(field)
  }
  const toFault = (): void => {
    const order = { roles: 'roles', name: 'terms', duration: 'terms', extends: 'terms', customer: 'customer' } as const
    const first = (Object.keys(order) as FieldName[]).find((field) => faults[field] !== undefined)
    if (first === undefined) return
    const step = root.current?.querySelector<HTMLElement>(`#step-${order[first]}`)
    const target = step?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? step?.querySelector<HTMLElement>('h2')
    target?.focus()
    announce(t(`gdap.new.${faults[first] ?? 'rolesMissing'}`), 'assertive')
  }
  const finish = async (isSent: boolean): Promise<void> => {
    setTried(true)
    if (Object.keys(faults).length > 0 || isTaken === true) return toFault()
    setBusy(true)
    const onAgain = isSent ? () => setAgain(true) : undefined
    const result = await create(bodyOf(draft, serverNow()), made, changing.run, onAgain)
    setBusy(false)
    setAgain(false)
    setProblem(result.problem)
    setMade(result.row ?? made)
    if (result.problem !== undefined) return announce(result.problem.message, 'assertive')
    if (result.row === undefined) return
    if (result.isTheirs === true) return setDraft(draftLike(result.row, true))
    const name = result.row.displayName ?? ''
    toast({ text: t(isSent ? 'gdap.new.created' : 'gdap.new.kept', { name }) })
    if (isSent) onSent(result.row)
    else go(`/gdap/relationships/${result.row.id}`)
  }
  const body = bodyOf(draft, serverNow())
  const isElsewhere = problem !== undefined && refused.size === 0
  return (
    <div ref={root}>
      <Step name="roles">
        <RolesStep
          roles={roles}
          chosen={draft.roles}
          onChange={(next) => put({ roles: next })}
          fault={message('roles')}
        />
      </Step>
      <Step name="terms">
        <TermsStep draft={draft} put={put} message={message} isTaken={isTaken} />
      </Step>
      <Step name="customer">
        <CustomerStep
          isForAnyone={draft.isForAnyone}
          tenantId={draft.tenantId}
          onChange={put}
          fault={message('customer')}
        />
      </Step>
      <Step name="send">
        <ConflictDialog changing={changing} />
        {isAgain && <div className={shared.soft}>{t('gdap.new.lockAgain')}</div>}
        {isElsewhere && <Problem error={problem} onClose={() => setProblem(undefined)} />}
        {made !== undefined && made !== edited && problem !== undefined && (
          <div className={shared.row}>
            {t('gdap.new.lockFailed')}
            <Button size="small" onClick={() => go(`/gdap/relationships/${made.id}`)}>
              {t('gdap.new.openDraft')}
            </Button>
          </div>
        )}
        <div className={shared.row}>
          <ReasonButton appearance="primary" disabledFocusable={isBusy} onClick={() => void finish(true)}>
            {t('gdap.new.create')}
          </ReasonButton>
          <Button disabledFocusable={isBusy} onClick={() => void finish(false)}>
            {t(edited === undefined ? 'gdap.new.keep' : 'gdap.new.save')}
          </Button>
          <RequestPreview
            plans={() => [
              made === undefined ? plans.create(body) : plans.change(made, { customer: null, ...body }),
              made === undefined
                ? graph('POST', '/tenantRelationships/delegatedAdminRelationships/{id}/requests', {
                    body: { action: 'lockForApproval' },
                  })
                : plans.request(made.id, 'lockForApproval'),
            ]}
          />
        </div>
      </Step>
    </div>
  )
}
