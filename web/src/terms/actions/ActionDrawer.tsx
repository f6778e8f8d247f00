/** One drawer for moving, copying, pinning, reusing, merging, deprecating and deleting: where to, what will be, and then it is done. */
import { Button, Checkbox, Field, Input, makeStyles, Radio, RadioGroup, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { key } from '../../data/keys.ts'
import { type TextKey, t } from '../../i18n/t.ts'
import { announce } from '../../kit/announce.ts'
import { shownKeys, useShortcuts } from '../../kit/keys/shortcuts.ts'
import { Problem } from '../../kit/Problem.tsx'
import { SidePanel } from '../../kit/parts/SidePanel.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { Skeleton } from '../../kit/Skeleton.tsx'
import { useShared } from '../../kit/styles.ts'
import type { DryRun } from '../api.ts'
import { type DrawerKind, type DrawerRequest, dryRuns, namesOf, type TreeUi } from '../tree/commands.ts'
import type { Hit } from '../tree/search/find.ts'
import { Effects } from './Effects.tsx'
import { MergeChoices } from './MergeChoices.tsx'
import { useMerging } from './merging.ts'
import { type Chosen, type Picked, perform, plansOf, sentOf } from './perform.ts'
import { rememberTarget } from './recent.ts'
import { Sentence } from './Sentence.tsx'
import { TargetPicker } from './TargetPicker.tsx'

/** From so many terms on the name has to be typed, as undoing is a long job then. */
const mostWithoutName = 200

const useStyles = makeStyles({
  footer: { display: 'flex', gap: tokens.spacingHorizontalS, width: '100%' },
  keys: { marginLeft: tokens.spacingHorizontalS, fontSize: tokens.fontSizeBase200 },
})

interface ActionDrawerProps {
  readonly request: DrawerRequest
  readonly ui: TreeUi
  readonly sets: readonly Hit[]
  readonly setName: (setId: string) => string
  readonly onClose: () => void
  /** Does it in another way than the tree, as for many rows: what is refused of them is told then, and the others are done. */
  readonly run?: (chosen: Chosen) => Promise<void>
}

const words: Readonly<Record<DrawerKind, { readonly title: TextKey; readonly act: TextKey }>> = {
  move: { title: 'actions.title.move', act: 'actions.move' },
  copy: { title: 'actions.title.copy', act: 'actions.copy' },
  pin: { title: 'actions.title.pin', act: 'actions.pin' },
  reuse: { title: 'actions.title.reuse', act: 'actions.reuse' },
  merge: { title: 'actions.title.merge', act: 'actions.merge' },
  deprecate: { title: 'actions.title.deprecate', act: 'actions.deprecate' },
  delete: { title: 'actions.title.delete', act: 'actions.delete' },
}

function pickerLabel(kind: DrawerKind): string {
  if (kind === 'merge') return t('actions.pick.merge')
  return t(kind === 'deprecate' ? 'actions.pick.replacedBy' : 'actions.pick')
}

function pickedOf(hit: Hit, where: Picked['where']): Picked {
  return { setId: hit.setId, termId: hit.termId, label: hit.label, where: hit.termId === undefined ? 'inside' : where }
}

interface Readiness {
  /** Undefined: it is being counted. */
  readonly plan: DryRun | undefined
  /** Requests. */
  readonly n: number
  /** What is not refused is done. */
  readonly isPartial: boolean
  readonly needsName: boolean
  readonly typed: string
  readonly name: string
}

/** Undefined: it can be done. */
function whyNotYet({ plan, n, isPartial, needsName, typed, name }: Readiness): string | undefined {
  if (n === 0) return t('actions.why.target')
  if (plan === undefined) return t('actions.why.counting')
  if (plan.refusals.length >= (isPartial ? n : 1)) return plan.refusals[0]?.message
  if (needsName && typed.trim() !== name) return t('actions.why.name', { name })
  return undefined
}

function termsGone(plan: DryRun | undefined): number {
  return (plan?.effects ?? []).reduce(
    (n, { action, kind, count }) => n + (action === 'delete' && kind === 'term' ? count : 0),
    0,
  )
}

interface PreviewProps {
  readonly plan: DryRun | undefined
  readonly error: Error | null
  readonly isPartial: boolean
}

function Preview({ plan, error, isPartial }: PreviewProps) {
  if (error !== null) return <Problem error={error} />
  if (plan === undefined) return <Skeleton lines={3} />
  return (
    <>
      <Effects plan={plan} />
      {isPartial && plan.refusals.length > 0 && <Effects plan={{ ...plan, refusals: [] }} />}
    </>
  )
}

export function ActionDrawer({ request, ui, sets, setName, onClose, run: runInstead }: ActionDrawerProps) {
  const { kind, nodes } = request
  const styles = useStyles()
  const shared = useShared()
  const given = request.target
  const [hit, setHit] = useState<Hit | undefined>(
    given && {
      setId: given.setId,
      termId: given.kind === 'term' ? given.id : undefined,
      label: namesOf(ui, [given]),
      matched: undefined,
      path: setName(given.setId),
      isDeprecated: false,
    },
  )
  const [where, setWhere] = useState<Picked['where']>('inside')
  const [withChildren, setWithChildren] = useState(true)
  const [typed, setTyped] = useState('')
  const [problem, setProblem] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const actWanted = useRef(false)
  const target = hit && pickedOf(hit, where)
  const merging = useMerging(kind === 'merge' && nodes.length === 1 ? nodes[0] : undefined, target)
  const { mergesChildren, describe } = merging
  const chosen: Chosen = { kind, nodes, target, withChildren, mergesChildren, describe }
  const plans = plansOf(chosen)
  const asked = JSON.stringify(plans)
  const {
    data: plan,
    error,
    isFetching,
  } = useQuery({
    queryKey: key('rows', 'dry-run', asked),
    queryFn: () => dryRuns(plans),
    enabled: plans.length > 0,
    staleTime: 0,
    gcTime: 0,
  })
  const name = namesOf(ui, nodes)
  const isCounted = plan !== undefined && !isFetching
  const gone = termsGone(plan)
  const needsName = kind === 'delete' && gone >= mostWithoutName
  const missing = whyNotYet({
    plan: isCounted ? plan : undefined,
    n: plans.length,
    isPartial: runInstead !== undefined,
    needsName,
    typed,
    name,
  })
  const close = (): void => {
    onClose()
    const [first] = nodes
    if (first !== undefined) ui.focus(first.key)
  }
  const run = (): void => {
    if (isBusy) return
    if (missing !== undefined) {
      // What is being counted is waited for; all else is said.
      if (plans.length > 0 && !isCounted) actWanted.current = true
      else announce(missing, 'assertive')
      return
    }
    actWanted.current = false
    setBusy(true)
    setProblem(undefined)
    if (hit !== undefined) rememberTarget(hit)
    const done = runInstead === undefined ? perform(ui, chosen) : runInstead(chosen)
    done.then(onClose, (failure: unknown) => {
      setBusy(false)
      setProblem(failure)
      announce(failure instanceof Error ? failure.message : String(failure), 'assertive')
    })
  }
  useEffect(() => {
    if (actWanted.current && isCounted) run()
  })
  useShortcuts([{ keys: 'Ctrl+Enter', words: t(words[kind].act), inText: true, run }])
  const primary = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    // Where nothing is to be chosen, the focus begins at the button.
    if (kind !== 'delete') return
    const timer = setTimeout(() => primary.current?.focus(), 30)
    return () => clearTimeout(timer)
  }, [kind])
  const canBeBeside = kind === 'move' && hit?.termId !== undefined
  return (
    <SidePanel
      title={t(words[kind].title, { name })}
      isOpen
      isModal={false}
      onClose={close}
      tools={<RequestPreview plans={() => sentOf(chosen)} />}
      footer={
        <div className={styles.footer}>
          <Button
            ref={(element: HTMLButtonElement | null) => {
              primary.current = element
            }}
            appearance="primary"
            disabledFocusable={missing !== undefined || isBusy}
            title={missing}
            onClick={run}
          >
            {t(words[kind].act)}
            <span className={styles.keys} aria-hidden="true">
              {shownKeys('Ctrl+Enter')}
            </span>
          </Button>
          <Button onClick={close}>{t('cancel')}</Button>
        </div>
      }
    >
      <div className={shared.column}>
        {kind !== 'delete' && (
          <TargetPicker
            label={pickerLabel(kind)}
            sets={sets}
            setName={setName}
            language={ui.language}
            defaultLanguage={ui.defaultLanguage}
            isForTermsOnly={kind === 'merge' || kind === 'deprecate'}
            chosen={hit}
            onChoose={(one) => {
              setHit(one)
              merging.reset()
            }}
            planOf={nodes.length === 1 ? (one) => plansOf({ ...chosen, target: pickedOf(one, where) })[0] : undefined}
          />
        )}
        {canBeBeside && (
          <RadioGroup
            layout="horizontal"
            aria-label={t('actions.where')}
            value={where}
            onChange={(_, { value }) => setWhere(value as Picked['where'])}
          >
            <Radio value="inside" label={t('actions.where.inside')} />
            <Radio value="before" label={t('actions.where.before')} />
            <Radio value="after" label={t('actions.where.after')} />
          </RadioGroup>
        )}
        {kind === 'copy' && (
          <Checkbox
            checked={withChildren}
            label={t('actions.withChildren')}
            onChange={(_, { checked }) => setWithChildren(checked === true)}
          />
        )}
        <Sentence kind={kind} nodes={nodes} target={target} what={name} />
        {kind === 'merge' && <MergeChoices merging={merging} plan={plan} />}
        {plans.length > 0 && <Preview plan={plan} error={error} isPartial={runInstead !== undefined} />}
        {needsName && (
          <Field label={t('confirm.type', { name })}>
            <Input value={typed} onChange={(_, { value }) => setTyped(value)} />
          </Field>
        )}
        {problem !== undefined && <Problem error={problem} onClose={() => setProblem(undefined)} />}
      </div>
    </SidePanel>
  )
}
