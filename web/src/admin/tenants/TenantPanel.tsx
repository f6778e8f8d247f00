/** One tenant: name, domains, languages, administrators; and its removal, for which its name is typed. */
import { Button, Field, Input, Tag, TagGroup } from '@fluentui/react-components'
import { useState } from 'react'
import { useAction } from '../../data/action.ts'
import { segment } from '../../data/plan.ts'
import { useSession } from '../../data/session.ts'
import { t } from '../../i18n/t.ts'
import { CopyId } from '../../kit/CopyId.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { ConfirmByName } from '../../kit/parts/ConfirmByName.tsx'
import { SidePanel } from '../../kit/parts/SidePanel.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { TimeText } from '../../kit/TimeText.tsx'
import { backBy, managed, type Tenant, touches } from '../api.ts'
import { useSectionStyles } from '../parts.ts'

interface TenantPanelProps {
  readonly tenant: Tenant
  readonly onClose: () => void
}

interface Change {
  readonly displayName?: string
  readonly domains?: readonly string[]
}

export function TenantPanel({ tenant, onClose }: TenantPanelProps) {
  const shared = useShared()
  const styles = useSectionStyles()
  const { info } = useSession()
  const { run, problem, isBusy, clear } = useAction()
  const [name, setName] = useState(tenant.displayName)
  const [domain, setDomain] = useState('')
  const [isRemoving, setRemoving] = useState(false)
  const address = `/tenants/${segment(tenant.id)}`
  const patch = (change: Change) => managed<Tenant>(info.mode, 'PATCH', address, change)
  const removal = managed(info.mode, 'DELETE', address, { confirm: tenant.displayName })
  const change = (to: Change, from: Change, done: string) =>
    run(patch(to), { done, touches, undo: backBy(patch(from)) })
  const addDomain = async (): Promise<void> => {
    const added = domain.trim().toLowerCase()
    if (added === '') return
    const { domains } = tenant
    const sent = await change(
      { domains: [...domains, added] },
      { domains },
      t('admin.tenant.domainAdded', { domain: added }),
    )
    if (sent !== undefined) setDomain('')
  }
  const removeDomain = (gone: string) =>
    change(
      { domains: tenant.domains.filter((one) => one !== gone) },
      { domains: tenant.domains },
      t('admin.tenant.domainRemoved', { domain: gone }),
    )
  const isRenamed = name.trim() !== '' && name.trim() !== tenant.displayName
  const rename = () =>
    change(
      { displayName: name.trim() },
      { displayName: tenant.displayName },
      t('admin.tenant.renamed', { name: name.trim() }),
    )
  const remove = async (): Promise<void> => {
    setRemoving(false)
    const sent = await run(removal, { done: t('admin.tenant.removed', { name: tenant.displayName }), touches })
    if (sent !== undefined) onClose()
  }
  return (
    <SidePanel
      title={tenant.displayName}
      isOpen
      onClose={onClose}
      tools={
        <RequestPreview
          plans={() => [isRenamed ? patch({ displayName: name.trim() }) : managed(info.mode, 'GET', address)]}
        />
      }
    >
      {problem !== undefined && <Problem error={problem} onClose={clear} />}
      <form
        className={shared.row}
        onSubmit={(event) => {
          event.preventDefault()
          if (isRenamed && !isBusy) void rename()
        }}
      >
        <Field label={t('admin.tenant.displayName')} className={shared.grow}>
          <Input value={name} onChange={(_, { value }) => setName(value)} autoComplete="off" />
        </Field>
        <Button type="submit" disabledFocusable={!isRenamed || isBusy} style={{ alignSelf: 'end' }}>
          {t('admin.save')}
        </Button>
      </form>
      <dl className={styles.facts}>
        <dt>{t('admin.tenants.id')}</dt>
        <dd>
          <CopyId id={tenant.id} what={t('admin.tenants.id')} />
        </dd>
        <dt>{t('admin.tenants.domain')}</dt>
        <dd>{tenant.defaultDomain}</dd>
        <dt>{t('admin.tenants.created')}</dt>
        <dd>
          <TimeText at={tenant.createdDateTime} />
        </dd>
        <dt>{t('admin.tenant.administrators')}</dt>
        <dd>{tenant.administrators.map(({ userPrincipalName }) => userPrincipalName).join(', ')}</dd>
        <dt>{t('admin.tenant.languages')}</dt>
        <dd>{tenant.termStore?.languages.join(', ')}</dd>
      </dl>
      <section aria-labelledby="tenant-domains" className={shared.column}>
        <h3 id="tenant-domains" className={shared.paneTitle}>
          {t('admin.tenants.domains')}
        </h3>
        {tenant.domains.length > 0 && (
          <TagGroup
            aria-labelledby="tenant-domains"
            style={{ flexWrap: 'wrap', gap: '4px' }}
            onDismiss={(_, { value }) => void removeDomain(String(value))}
          >
            {tenant.domains.map((one) => (
              <Tag
                key={one}
                value={one}
                dismissible
                dismissIcon={{ 'aria-label': t('admin.tenant.domainRemove', { domain: one }) }}
              >
                {one}
              </Tag>
            ))}
          </TagGroup>
        )}
        <form
          className={shared.row}
          onSubmit={(event) => {
            event.preventDefault()
            void addDomain()
          }}
        >
          <Field label={t('admin.tenant.domainNew')} className={shared.grow}>
            <Input value={domain} onChange={(_, { value }) => setDomain(value)} autoComplete="off" />
          </Field>
          <Button type="submit" disabledFocusable={domain.trim() === '' || isBusy} style={{ alignSelf: 'end' }}>
            {t('admin.tenant.domainAdd')}
          </Button>
        </form>
      </section>
      <section aria-labelledby="tenant-removal" className={shared.column}>
        <h3 id="tenant-removal" className={shared.paneTitle}>
          {t('admin.tenant.removal')}
        </h3>
        <div className={shared.soft}>{t('admin.tenant.removalText')}</div>
        <div>
          <Button disabledFocusable={isBusy} onClick={() => setRemoving(true)}>
            {t('admin.tenant.remove')}
          </Button>
        </div>
      </section>
      <ConfirmByName
        title={t('admin.tenant.removeTitle', { name: tenant.displayName })}
        name={tenant.displayName}
        action={t('admin.tenant.remove')}
        isOpen={isRemoving}
        onCancel={() => setRemoving(false)}
        onConfirm={() => void remove()}
      >
        <p>{t('admin.tenant.removalText')}</p>
      </ConfirmByName>
    </SidePanel>
  )
}
