/** The form that adds a tenant. */
import { Button, Field, Input, Switch } from '@fluentui/react-components'
import { useState } from 'react'
import { useAction } from '../../data/action.ts'
import { useSession } from '../../data/session.ts'
import { t } from '../../i18n/t.ts'
import { Problem } from '../../kit/Problem.tsx'
import { SidePanel } from '../../kit/parts/SidePanel.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { backBy, managed, type Tenant, touches } from '../api.ts'
import { namesIn } from '../parts.ts'

const nothing = { displayName: '', defaultDomain: '', domains: '', administrators: '', languages: 'en-US', id: '' }

export function AddTenant({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const { info } = useSession()
  const [form, setForm] = useState(nothing)
  const [isPartner, setPartner] = useState(false)
  const { run, problem, isBusy, clear } = useAction()
  const plan = () => {
    const { displayName, defaultDomain, domains, administrators, languages, id } = form
    return managed<Tenant>(info.mode, 'POST', '/tenants', {
      ...(id.trim() === '' ? {} : { id: id.trim() }),
      displayName: displayName.trim(),
      defaultDomain: defaultDomain.trim(),
      ...(namesIn(domains).length === 0 ? {} : { domains: namesIn(domains) }),
      ...(namesIn(administrators).length === 0 ? {} : { administrators: namesIn(administrators) }),
      ...(isPartner ? { isPartner } : {}),
      termStore: { languages: namesIn(languages), administrators: ['app@sharepoint'] },
    })
  }
  const faultAt = (name: string): string | undefined =>
    problem?.details.find(({ target }) => target === name || target?.startsWith(`${name}/`))?.message
  const field = (name: keyof typeof nothing, required = false, hint?: string) => {
    const fault = faultAt(name)
    return (
      <Field
        label={t(`admin.tenant.${name}`)}
        required={required}
        {...(hint === undefined ? {} : { hint })}
        {...(fault === undefined ? {} : { validationState: 'error', validationMessage: fault })}
      >
        <Input
          value={form[name]}
          autoComplete="off"
          onChange={(_, { value }) => setForm((before) => ({ ...before, [name]: value }))}
        />
      </Field>
    )
  }
  const isReady = form.displayName.trim() !== '' && form.defaultDomain.trim() !== ''
  const close = (): void => {
    clear()
    onClose()
  }
  const add = async (): Promise<void> => {
    if (!isReady || isBusy) return
    const name = form.displayName.trim()
    const sent = await run(plan(), {
      done: t('admin.tenant.added', { name }),
      touches,
      undo: backBy(managed(info.mode, 'DELETE', `/tenants/${form.defaultDomain.trim()}`, { confirm: name })),
    })
    if (sent === undefined) return
    setForm(nothing)
    setPartner(false)
    close()
  }
  return (
    <SidePanel
      title={t('admin.tenants.add')}
      isOpen={isOpen}
      onClose={close}
      tools={<RequestPreview plans={() => [plan()]} />}
      footer={
        <>
          <Button appearance="primary" disabledFocusable={!isReady || isBusy} onClick={() => void add()}>
            {t('admin.tenant.add')}
          </Button>
          <Button onClick={close}>{t('cancel')}</Button>
        </>
      }
    >
      {field('displayName', true)}
      {field('defaultDomain', true, t('admin.tenant.domainHint'))}
      {field('domains', false, t('admin.tenant.listHint'))}
      {field('administrators', false, t('admin.tenant.administratorsHint'))}
      {field('languages', false, t('admin.tenant.listHint'))}
      {field('id', false, t('admin.tenant.idHint'))}
      <Switch
        label={t('admin.tenant.isPartner')}
        checked={isPartner}
        onChange={(_, { checked }) => setPartner(checked)}
      />
      {problem !== undefined && <Problem error={problem} onClose={clear} />}
    </SidePanel>
  )
}
