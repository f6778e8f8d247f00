/** The form that adds a webhook of the tenant's own, or changes one. Of a new one it shows the secret, this once. */
import { Button, Checkbox, Field, Input, Select, Switch, Textarea } from '@fluentui/react-components'
import { type ReactElement, useState } from 'react'
import { act, useAction } from '../../data/action.ts'
import { t } from '../../i18n/t.ts'
import { Problem } from '../../kit/Problem.tsx'
import { SidePanel } from '../../kit/parts/SidePanel.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { plans, touches, type Webhook, type WithSecret } from '../api.ts'
import { placeOf } from '../words.ts'
import {
  areaNames,
  areas,
  eventsOf,
  fieldsOf,
  isReplaced,
  losesHeaders,
  newFields,
  patchOf,
  postOf,
  type WebhookFields,
} from './fields.ts'
import { SecretShown } from './SecretShown.tsx'

interface FormProps {
  /** Absent: a new one. */
  readonly webhook?: Webhook
  readonly onClose: () => void
}

interface PartProps {
  readonly fields: WebhookFields
  readonly put: (change: Partial<WebhookFields>) => void
  /** What the server says of a member. */
  readonly faultAt: (name: string) => string | undefined
}

function Labelled(props: {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly isRequired?: boolean
  readonly faultAt: PartProps['faultAt']
  readonly children: ReactElement
}) {
  const fault = props.faultAt(props.name)
  return (
    <Field
      label={props.label}
      required={props.isRequired === true}
      {...(props.hint === undefined ? {} : { hint: props.hint })}
      {...(fault === undefined ? {} : { validationState: 'error' as const, validationMessage: fault })}
    >
      {props.children}
    </Field>
  )
}

function Events({ fields, put, faultAt }: PartProps) {
  const shared = useShared()
  return (
    <>
      <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
        <legend>{t('events.form.events')}</legend>
        {areaNames.map((name) => (
          <div key={name}>
            <Checkbox
              checked={fields.areas.has(name)}
              onChange={(_, { checked }) => {
                const chosen = new Set(fields.areas)
                if (checked === true) chosen.add(name)
                else chosen.delete(name)
                put({ areas: chosen })
              }}
              label={
                <>
                  <div>{t(`events.area.${name}`)}</div>
                  <div className={shared.mono}>{areas[name].join(', ')}</div>
                </>
              }
            />
          </div>
        ))}
      </fieldset>
      <Labelled name="events" label={t('events.form.names')} hint={t('events.form.namesHint')} faultAt={faultAt}>
        <Textarea value={fields.names} rows={2} spellCheck={false} onChange={(_, { value }) => put({ names: value })} />
      </Labelled>
    </>
  )
}

/** Those that are there, whose values nobody is shown, and a field for others. */
function Headers({ fields, put, faultAt }: PartProps) {
  const shared = useShared()
  const removeFrom = (button: HTMLElement, name: string): void => {
    // The button goes with its line; who uses the keyboard goes on where headers are typed.
    const field = button.closest('fieldset')?.querySelector('textarea')
    put({ kept: fields.kept.filter((one) => one !== name) })
    field?.focus()
  }
  return (
    <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
      {fields.kept.length > 0 && (
        <ul aria-label={t('events.form.keptHeaders')} style={{ listStyle: 'none', margin: 0, padding: 0 }}>
          {fields.kept.map((name) => (
            <li key={name} className={shared.row}>
              <span className={shared.mono}>{name}</span>
              <span className={shared.soft}>
                {t(isReplaced(fields, name) ? 'events.form.headerReplaced' : 'events.form.headerKept')}
              </span>
              <Button
                size="small"
                appearance="subtle"
                aria-label={t('events.form.removeHeader', { name })}
                onClick={({ currentTarget }) => removeFrom(currentTarget, name)}
              >
                {t('events.form.remove')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Labelled
        name="headers"
        label={t('events.form.headers')}
        hint={t(fields.kept.length > 0 ? 'events.form.moreHeadersHint' : 'events.form.headersHint')}
        faultAt={faultAt}
      >
        <Textarea
          value={fields.headers}
          rows={2}
          spellCheck={false}
          onChange={(_, { value }) => put({ headers: value })}
        />
      </Labelled>
    </fieldset>
  )
}

function Fields({ fields, put, faultAt, isNew }: PartProps & { readonly isNew: boolean }) {
  return (
    <>
      <Labelled name="url" label={t('events.url')} hint={t('events.form.urlHint')} isRequired faultAt={faultAt}>
        <Input
          type="url"
          value={fields.url}
          autoComplete="off"
          spellCheck={false}
          onChange={(_, { value }) => put({ url: value })}
        />
      </Labelled>
      <Labelled name="description" label={t('events.form.description')} faultAt={faultAt}>
        <Input value={fields.description} autoComplete="off" onChange={(_, { value }) => put({ description: value })} />
      </Labelled>
      <Events fields={fields} put={put} faultAt={faultAt} />
      <Labelled
        name="customers"
        label={t('events.form.customers')}
        hint={t('events.form.customersHint')}
        faultAt={faultAt}
      >
        <Textarea
          value={fields.customers}
          rows={2}
          spellCheck={false}
          onChange={(_, { value }) => put({ customers: value })}
        />
      </Labelled>
      <Labelled name="mode" label={t('events.form.mode')} faultAt={faultAt}>
        <Select
          value={fields.mode}
          onChange={(_, { value }) => put({ mode: value === 'binary' ? 'binary' : 'structured' })}
        >
          <option value="structured">{t('events.mode.structured')}</option>
          <option value="binary">{t('events.mode.binary')}</option>
        </Select>
      </Labelled>
      {fields.mode === 'structured' && (
        <Switch
          label={t('events.form.batch')}
          checked={fields.batch}
          onChange={(_, { checked }) => put({ batch: checked })}
        />
      )}
      {isNew && (
        <Labelled name="signing" label={t('events.form.signing')} faultAt={faultAt}>
          <Select
            value={fields.signing}
            onChange={(_, { value }) => put({ signing: value === 'ed25519' ? 'ed25519' : 'hmac' })}
          >
            <option value="hmac">{t('events.signing.hmac')}</option>
            <option value="ed25519">{t('events.signing.ed25519')}</option>
          </Select>
        </Labelled>
      )}
      <Headers fields={fields} put={put} faultAt={faultAt} />
      {isNew && (
        <Switch
          label={t('events.form.handshake')}
          checked={fields.handshake}
          onChange={(_, { checked }) => put({ handshake: checked })}
        />
      )}
    </>
  )
}

export function WebhookForm({ webhook, onClose }: FormProps) {
  const [fields, setFields] = useState(() => (webhook === undefined ? newFields : fieldsOf(webhook)))
  const [made, setMade] = useState<(Webhook & WithSecret) | undefined>()
  const { run, problem, isBusy, clear } = useAction()
  const faultAt = (name: string): string | undefined =>
    problem?.details.find(({ target }) => target === name || target?.startsWith(`${name}/`) === true)?.message ??
    (problem?.target === name ? problem.message : undefined)
  const plan = () => (webhook === undefined ? plans.add(postOf(fields)) : plans.change(webhook.id, patchOf(fields)))
  const isReady = fields.url.trim() !== '' && eventsOf(fields).length > 0
  const name = fields.description.trim() || placeOf(fields.url.trim())
  const save = async (): Promise<void> => {
    if (!isReady || isBusy) return
    if (webhook === undefined) {
      const sent = await run(plans.add(postOf(fields)), { done: t('events.added', { name }), touches })
      if (sent !== undefined) setMade(sent.body)
      return
    }
    const before = patchOf(fieldsOf(webhook))
    // A value that is gone cannot be sent again, so there is no way back.
    const undo = losesHeaders(webhook, fields)
      ? {}
      : { undo: () => act(plans.change(webhook.id, before), { touches, undo: async () => undefined }) }
    const sent = await run(plans.change(webhook.id, patchOf(fields)), {
      done: t('events.changed', { name }),
      touches,
      ...undo,
    })
    if (sent !== undefined) onClose()
  }
  if (made !== undefined)
    return (
      <SidePanel
        title={t('events.added', { name })}
        isOpen
        onClose={onClose}
        footer={
          <Button appearance="primary" onClick={onClose}>
            {t('events.secretKept')}
          </Button>
        }
      >
        <SecretShown of={made} />
      </SidePanel>
    )
  return (
    <SidePanel
      title={webhook === undefined ? t('events.add') : t('events.changeTitle')}
      isOpen
      onClose={onClose}
      tools={<RequestPreview plans={() => [plan()]} />}
      footer={
        <>
          <Button appearance="primary" disabledFocusable={!isReady || isBusy} onClick={() => void save()}>
            {webhook === undefined ? t('events.form.add') : t('events.form.save')}
          </Button>
          <Button onClick={onClose}>{t('cancel')}</Button>
        </>
      }
    >
      {problem !== undefined && (
        <div>
          <Problem error={problem} onClose={clear} />
        </div>
      )}
      <Fields
        fields={fields}
        put={(change) => setFields((before) => ({ ...before, ...change }))}
        faultAt={faultAt}
        isNew={webhook === undefined}
      />
    </SidePanel>
  )
}
