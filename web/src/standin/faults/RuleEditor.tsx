/** A rule as a sentence whose words are fields; what the sentence has no word for stands below, or as JSON. */
import { Button, Checkbox, Field, Input, makeStyles, Select, Textarea, tokens } from '@fluentui/react-components'
import { type ReactNode, useState } from 'react'
import { act, useAction } from '../../data/action.ts'
import { t } from '../../i18n/t.ts'
import { Problem } from '../../kit/Problem.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { applications } from '../../shell/ActingAs.tsx'
import { AnswerFields } from './AnswerFields.tsx'
import { addPlan, changePlan, removePlan, touches } from './api.ts'
import { changed, type FaultRule, type FaultWhere, givenRule, isOfRequests, patchOf, type ShownRule } from './rule.ts'
import { ruleName } from './words.ts'

const useStyles = makeStyles({
  sentence: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    lineHeight: tokens.lineHeightBase500,
  },
  path: { width: '320px', maxWidth: '100%', fontFamily: tokens.fontFamilyMonospace },
  short: { width: '80px' },
  more: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(200px, 1fr))',
    gap: tokens.spacingHorizontalM,
    alignItems: 'end',
  },
  json: { fontFamily: tokens.fontFamilyMonospace },
})

export interface EditProps {
  readonly rule: FaultRule
  readonly onChange: (rule: FaultRule) => void
}

/** Undefined for an empty field. */
export function numberOf(text: string): number | undefined {
  return text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text)
}

const methods = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const

function WhereFields({ rule, onChange }: EditProps) {
  const styles = useStyles()
  const where = rule.where ?? {}
  const set = (change: FaultWhere): void => onChange(changed(rule, { where: { ...where, ...change } }))
  const { client } = where
  const isOther = client !== undefined && applications.every(({ id }) => id !== client)
  const method = typeof where.method === 'object' ? where.method.join(', ') : (where.method ?? '')
  return (
    <>
      <span>{t('fault.s.to')}</span>
      <Select
        aria-label={t('fault.method')}
        value={method}
        onChange={(_, { value }) => set({ method: value } as FaultWhere)}
      >
        <option value="">{t('fault.anyMethod')}</option>
        {methods.map((name) => (
          <option key={name}>{name}</option>
        ))}
        {method.includes(',') && <option>{method}</option>}
      </Select>
      <span>{t('fault.s.on')}</span>
      <Input
        className={styles.path}
        aria-label={t('fault.path')}
        placeholder={t('fault.pathHint')}
        value={where.path ?? ''}
        onChange={(_, { value }) => set({ path: value })}
      />
      <span>{t('fault.s.from')}</span>
      <Select
        aria-label={t('fault.who')}
        value={client ?? ''}
        onChange={(_, { value }) => set({ client: value } as FaultWhere)}
      >
        <option value="">{t('fault.anyClient')}</option>
        {applications.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
        {isOther && <option>{client}</option>}
      </Select>
    </>
  )
}

type Often = 'always' | 'times' | 'rate'

function OftenFields({ rule, onChange }: EditProps) {
  const styles = useStyles()
  const { times, rate, seed } = rule
  const often: Often = rate !== undefined ? 'rate' : times !== undefined ? 'times' : 'always'
  const choose = (next: Often): void =>
    onChange(
      changed(rule, {
        times: next === 'times' ? (times ?? 3) : undefined,
        rate: next === 'rate' ? (rate ?? 0.2) : undefined,
        seed: next === 'rate' ? (seed ?? 1) : undefined,
      }),
    )
  return (
    <>
      <Select aria-label={t('fault.often')} value={often} onChange={(_, { value }) => choose(value as Often)}>
        <option value="always">{t('fault.always')}</option>
        <option value="times">{t('fault.s.times')}</option>
        <option value="rate">{t('fault.s.rate')}</option>
      </Select>
      {often === 'times' && (
        <Input
          className={styles.short}
          type="number"
          min={1}
          aria-label={t('fault.timesField')}
          value={String(times ?? '')}
          onChange={(_, { value }) => onChange(changed(rule, { times: numberOf(value) ?? 1 }))}
        />
      )}
      {often === 'rate' && (
        <>
          <Input
            className={styles.short}
            type="number"
            min={0}
            max={1}
            step={0.05}
            aria-label={t('fault.rateField')}
            value={String(rate ?? '')}
            onChange={(_, { value }) => onChange(changed(rule, { rate: numberOf(value) ?? 0 }))}
          />
          <span>{t('fault.s.seed')}</span>
          <Input
            className={styles.short}
            type="number"
            aria-label={t('fault.seedField')}
            value={String(seed ?? '')}
            onChange={(_, { value }) => onChange(changed(rule, { seed: numberOf(value) }))}
          />
        </>
      )}
    </>
  )
}

/** What the sentence has no word for. */
function MoreFields({ rule, onChange }: EditProps) {
  const styles = useStyles()
  const { what, where = {} } = rule
  const ofRequests = isOfRequests(what)
  const text = (label: string, value: unknown, set: (value: string) => void, hint = ''): ReactNode => (
    <Field label={label} key={label}>
      <Input value={String(value ?? '')} placeholder={hint} onChange={(_, data) => set(data.value)} />
    </Field>
  )
  const top = (change: object): void => onChange(changed(rule, change as Record<string, unknown>))
  const inWhat = (change: object): void => top({ what: { ...what, ...change } })
  const inWhere = (change: object): void => top({ where: { ...where, ...change } })
  return (
    <div className={styles.more}>
      {what.status !== undefined && (
        <>
          {text(t('fault.code'), what.code, (code) => inWhat({ code }))}
          {text(t('fault.message'), what.message, (message) => inWhat({ message }))}
        </>
      )}
      {ofRequests && (
        <>
          {text(t('fault.delay'), what.latencyMs, (value) => inWhat({ latencyMs: numberOf(value) }))}
          {text(t('fault.tenant'), where.tenant, (tenant) => inWhere({ tenant }), 'contoso.example')}
          {text(t('fault.deletedWithin'), where.deletedWithin, (deletedWithin) => inWhere({ deletedWithin }), 'PT30S')}
        </>
      )}
      {text(t('fault.skipField'), rule.skip, (value) => top({ skip: numberOf(value) }))}
      {text(t('fault.fromField'), rule.from, (from) => top({ from }), 'PT10M')}
      {text(t('fault.untilField'), rule.until, (until) => top({ until }), 'PT15M')}
      {text(t('fault.note'), rule.note, (note) => top({ note }))}
      {ofRequests && (what.status !== undefined || what.opaque === true || what.drop === true) && (
        <Checkbox
          label={t('fault.after')}
          checked={rule.after === 'commit'}
          onChange={(_, { checked }) => top({ after: checked === true ? 'commit' : undefined })}
        />
      )}
    </div>
  )
}

function JsonField({ rule, onChange }: EditProps) {
  const styles = useStyles()
  const [text, setText] = useState(() => JSON.stringify(rule, null, 2))
  const [wrong, setWrong] = useState<string | undefined>()
  return (
    <Field
      label={t('fault.json')}
      {...(wrong === undefined ? {} : { validationState: 'error', validationMessage: wrong })}
    >
      <Textarea
        className={styles.json}
        rows={10}
        resize="vertical"
        value={text}
        onChange={(_, { value }) => {
          setText(value)
          try {
            const parsed = JSON.parse(value) as FaultRule
            if (typeof parsed?.what !== 'object' || parsed.what === null) throw new Error(t('fault.jsonWhat'))
            setWrong(undefined)
            onChange(parsed)
          } catch (error) {
            setWrong((error as Error).message)
          }
        }}
      />
    </Field>
  )
}

interface EditorProps {
  /** Absent: a new one. */
  readonly edited: ShownRule | undefined
  readonly onClose: () => void
}

const usualRule: FaultRule = { what: { status: 429, retryAfter: 2 }, times: 3 }

export function RuleEditor({ edited, onClose }: EditorProps) {
  const styles = useStyles()
  const shared = useShared()
  const before = edited === undefined ? undefined : givenRule(edited)
  const [rule, setRule] = useState<FaultRule>(before ?? usualRule)
  const [shown, setShown] = useState<'sentence' | 'more' | 'json'>('sentence')
  const { isBusy, problem, run, clear } = useAction()
  const plan =
    edited === undefined || before === undefined ? addPlan(rule) : changePlan(edited.id, patchOf(before, rule))
  const save = async (): Promise<void> => {
    const name = ruleName(rule)
    const back = { id: '' }
    const sent = await run(plan, {
      touches,
      done: t(edited === undefined ? 'fault.added' : 'fault.changed', { name }),
      undo: () =>
        before === undefined || edited === undefined
          ? act(removePlan(back.id), { touches })
          : act(changePlan(edited.id, patchOf(rule, before)), { touches }),
    })
    if (sent === undefined) return
    back.id = sent.body.id
    onClose()
  }
  const toggle = (next: 'more' | 'json'): void => setShown(shown === next ? 'sentence' : next)
  return (
    <form
      className={`${shared.card} ${shared.column}`}
      aria-label={t(edited === undefined ? 'fault.add' : 'fault.edit')}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
      onKeyDown={({ key }) => key === 'Escape' && onClose()}
    >
      {shown === 'json' ? (
        <JsonField rule={rule} onChange={setRule} />
      ) : (
        <div className={styles.sentence}>
          <AnswerFields rule={rule} onChange={setRule} />
          {isOfRequests(rule.what) && <WhereFields rule={rule} onChange={setRule} />}
          <OftenFields rule={rule} onChange={setRule} />
        </div>
      )}
      {shown === 'more' && <MoreFields rule={rule} onChange={setRule} />}
      {problem !== undefined && <Problem error={problem} onClose={clear} />}
      <div className={shared.row}>
        <Button type="submit" appearance="primary" disabledFocusable={isBusy}>
          {t(edited === undefined ? 'fault.add' : 'fault.save')}
        </Button>
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button appearance="subtle" aria-expanded={shown === 'more'} onClick={() => toggle('more')}>
          {t('fault.more')}
        </Button>
        <Button appearance="subtle" aria-expanded={shown === 'json'} onClick={() => toggle('json')}>
          {t('fault.json')}
        </Button>
        <RequestPreview plans={() => [plan]} />
      </div>
    </form>
  )
}
