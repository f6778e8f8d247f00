/** Who is asked: a customer that is known, a tenant by its id or domain, or whoever has the link. */
import { Combobox, Field, makeStyles, Option, Radio, RadioGroup } from '@fluentui/react-components'
import { useState } from 'react'
import { control, graph, literal } from '../../data/plan.ts'
import { useRead } from '../../data/query.ts'
import { useFeature, useSession } from '../../data/session.ts'
import type { DelegatedCustomer, Page } from '../../data/types.ts'
import { t } from '../../i18n/t.ts'
import { useShared } from '../../kit/styles.ts'

interface Tenant {
  readonly id: string
  readonly name: string
  readonly domain: string
}

interface TenantInformation {
  readonly tenantId: string
  readonly displayName: string
  readonly defaultDomainName: string
}

const useStyles = makeStyles({ box: { maxWidth: '480px', minWidth: 0 } })
const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const most = 50

/** Tenants of the stand-in; customers of the partner elsewhere. */
function useKnown(text: string): readonly Tenant[] {
  const { acting, info } = useSession()
  const hasTenants = useFeature('tenants') && info.mode === 'stand-in'
  const tenants = useRead(
    'tenants',
    [],
    control<Page<{ id: string; displayName: string; defaultDomain: string }>>('GET', '/tenants'),
    { enabled: hasTenants },
  )
  const customers = useRead(
    'customers',
    ['find', text],
    graph<Page<DelegatedCustomer>>('GET', '/tenantRelationships/delegatedAdminCustomers', {
      query: {
        $top: most,
        $orderby: 'displayName',
        $filter: text === '' ? undefined : `contains(displayName,${literal(text)})`,
      },
    }),
  )
  const lower = text.toLowerCase()
  const known = new Map<string, Tenant>()
  for (const { id, displayName, defaultDomain } of tenants.data?.value ?? [])
    if (id !== acting?.tenant.id && `${displayName} ${defaultDomain} ${id}`.toLowerCase().includes(lower))
      known.set(id, { id, name: displayName, domain: defaultDomain })
  for (const { tenantId, displayName } of customers.data?.value ?? [])
    if (typeof tenantId === 'string' && !known.has(tenantId))
      known.set(tenantId, { id: tenantId, name: displayName ?? tenantId, domain: '' })
  return [...known.values()].slice(0, most)
}

/** Whose tenant an id or a domain is. */
export function useTenant(idOrDomain: string) {
  const isId = guid.test(idOrDomain)
  const isDomain = !isId && /^[\w-]+(?:\.[\w-]+)+$/.test(idOrDomain)
  const call = isId
    ? `findTenantInformationByTenantId(tenantId=${literal(idOrDomain)})`
    : `findTenantInformationByDomainName(domainName=${literal(idOrDomain)})`
  return useRead(
    'tenants',
    ['information', idOrDomain],
    graph<TenantInformation>('GET', `/tenantRelationships/${call}`),
    {
      enabled: isId || isDomain,
      retry: false,
    },
  )
}

interface CustomerProps {
  readonly isForAnyone: boolean
  readonly tenantId: string
  readonly onChange: (change: { readonly isForAnyone?: boolean; readonly tenantId?: string }) => void
  readonly fault: string | undefined
}

export function CustomerStep({ isForAnyone, tenantId, onChange, fault }: CustomerProps) {
  const styles = useStyles()
  const shared = useShared()
  const [text, setText] = useState<string | undefined>()
  const known = useKnown(text ?? '')
  const chosen = useTenant(tenantId)
  const typed = useTenant(text ?? '')
  const shown = text ?? chosen.data?.displayName ?? tenantId
  const choose = (id: string): void => {
    onChange({ tenantId: id, isForAnyone: false })
    setText(undefined)
  }
  const found = typed.data !== undefined && !known.some(({ id }) => id === typed.data.tenantId) ? typed.data : undefined
  return (
    <div className={shared.column}>
      <RadioGroup
        aria-label={t('gdap.new.customer')}
        value={isForAnyone ? 'anyone' : 'known'}
        onChange={(_, { value }) => onChange({ isForAnyone: value === 'anyone' })}
      >
        <Radio value="known" label={t('gdap.new.known')} />
        <Radio value="anyone" label={t('gdap.new.anyone')} />
      </RadioGroup>
      {isForAnyone ? (
        <div className={shared.soft}>{t('gdap.new.anyoneHint')}</div>
      ) : (
        <Field
          className={styles.box}
          label={t('gdap.new.tenant')}
          {...(fault === undefined ? {} : { validationMessage: fault, validationState: 'error' as const })}
          hint={
            tenantId !== '' && text === undefined && chosen.data !== undefined
              ? `${chosen.data.defaultDomainName} · ${tenantId}`
              : null
          }
        >
          <Combobox
            freeform
            // The arrow keys open it: one Tab stop is enough.
            expandIcon={{ tabIndex: -1 }}
            value={shown}
            selectedOptions={tenantId === '' ? [] : [tenantId]}
            onChange={(event) => {
              setText(event.target.value)
              onChange({ tenantId: guid.test(event.target.value) ? event.target.value.toLowerCase() : '' })
            }}
            onOptionSelect={(_, { optionValue }) => {
              if (optionValue !== undefined) choose(optionValue)
            }}
          >
            {found !== undefined && (
              <Option key={found.tenantId} value={found.tenantId} text={found.displayName}>
                {t('gdap.new.tenantFound', { name: found.displayName, domain: found.defaultDomainName })}
              </Option>
            )}
            {known.map(({ id, name, domain }) => (
              <Option key={id} value={id} text={name}>
                {domain === '' ? name : t('gdap.new.tenantFound', { name, domain })}
              </Option>
            ))}
          </Combobox>
        </Field>
      )}
    </div>
  )
}
