/** As whom the pages ask: any person or application of any tenant of the stand-in, chosen here; in a registry who signed in. */
import {
  Button,
  Input,
  makeStyles,
  mergeClasses,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  tokens,
} from '@fluentui/react-components'
import { useState } from 'react'
import { control, graph } from '../data/plan.ts'
import { queryClient, useRead } from '../data/query.ts'
import { type Acting, actAs, type Caller, useSession } from '../data/session.ts'
import type { Page } from '../data/types.ts'
import { t } from '../i18n/t.ts'
import { announce } from '../kit/announce.ts'
import { PersonRegular, WindowConsoleRegular } from '../kit/icons.ts'
import { Loaded } from '../kit/Loaded.tsx'
import { useShared } from '../kit/styles.ts'
import { useGo } from '../kit/view.ts'
import { usePills } from './bar/pills.ts'

const useStyles = makeStyles({
  surface: { width: '340px', maxWidth: '96vw', maxHeight: '70vh', overflow: 'auto' },
  list: { listStyle: 'none', margin: 0, padding: 0 },
  item: {
    width: '100%',
    justifyContent: 'flex-start',
    textAlign: 'start',
    fontWeight: tokens.fontWeightRegular,
  },
  heading: { marginBlock: tokens.spacingVerticalS, fontSize: tokens.fontSizeBase200 },
})

export interface KnownTenant {
  readonly id: string
  readonly displayName: string
  readonly defaultDomain: string
  readonly isPartner: boolean
  readonly administrators: readonly { readonly displayName: string; readonly userPrincipalName: string }[]
}

interface Person {
  readonly userPrincipalName: string
  readonly displayName: string
}

/** Applications that every tenant of the demo data has. */
export const applications: readonly { readonly id: string; readonly name: string }[] = [
  { id: '4e1a7a00-0000-4000-8000-00000000a99d', name: 'Relata daemon' },
  { id: '4e1a7a00-0000-4000-8000-00000000a99e', name: 'Relata reader' },
]

export function useTenants() {
  return useRead('tenants', [], control<Page<KnownTenant>>('GET', '/tenants'))
}

export function actingOf(tenant: KnownTenant, caller: Caller): Acting {
  return { tenant: { id: tenant.id, name: tenant.displayName, domain: tenant.defaultDomain }, caller }
}

/** The people of a tenant, read in the name of its first administrator. */
export function usePeople(tenant: KnownTenant) {
  const [first] = tenant.administrators
  const acting =
    first === undefined
      ? undefined
      : actingOf(tenant, { kind: 'user', id: first.userPrincipalName, name: first.displayName })
  return useRead(
    'directory',
    ['people'],
    graph<Page<Person>>('GET', '/users', {
      query: { $select: 'displayName,userPrincipalName', $top: 200, $orderby: 'displayName' },
    }),
    { enabled: acting !== undefined, ...(acting === undefined ? {} : { acting }) },
  )
}

function PeopleOf({
  tenant,
  filter,
  onChoose,
}: {
  tenant: KnownTenant
  filter: string
  onChoose: (a: Acting) => void
}) {
  const styles = useStyles()
  const read = usePeople(tenant)
  const fits = (text: string): boolean => `${text} ${tenant.displayName}`.toLowerCase().includes(filter.toLowerCase())
  const entry = (caller: Caller) => (
    <li key={caller.id}>
      <Button
        className={styles.item}
        appearance="subtle"
        icon={caller.kind === 'app' ? <WindowConsoleRegular /> : <PersonRegular />}
        onClick={() => onChoose(actingOf(tenant, caller))}
      >
        {caller.name}
      </Button>
    </li>
  )
  return (
    <Loaded read={read} lines={2}>
      {({ value }) => (
        <ul className={styles.list} aria-label={tenant.displayName}>
          {value
            .filter(({ displayName, userPrincipalName }) => fits(`${displayName} ${userPrincipalName}`))
            .map(({ displayName, userPrincipalName }) =>
              entry({ kind: 'user', id: userPrincipalName, name: displayName }),
            )}
          {applications.filter(({ name }) => fits(name)).map(({ id, name }) => entry({ kind: 'app', id, name }))}
        </ul>
      )}
    </Loaded>
  )
}

/** A list of everybody, to choose from; `onChoose` closes it. */
export function PeopleChooser({ onChoose }: { readonly onChoose: (acting: Acting) => void }) {
  const styles = useStyles()
  const shared = useShared()
  const [filter, setFilter] = useState('')
  const read = useTenants()
  return (
    <div className={shared.column}>
      <Input
        aria-label={t('acting.filter')}
        placeholder={t('acting.filter')}
        value={filter}
        onChange={(_, { value }) => setFilter(value)}
      />
      <Loaded read={read}>
        {({ value }) =>
          value.map((tenant) => (
            <div key={tenant.id}>
              <div className={mergeClasses(styles.heading, shared.soft)}>
                {tenant.displayName} · {tenant.defaultDomain}
              </div>
              <PeopleOf tenant={tenant} filter={filter} onChoose={onChoose} />
            </div>
          ))
        }
      </Loaded>
    </div>
  )
}

export function ActingAs() {
  const pills = usePills()
  const styles = useStyles()
  const go = useGo()
  const [isOpen, setOpen] = useState(false)
  const { acting, info } = useSession()
  const name = acting === undefined ? t('acting.nobody') : `${acting.caller.name}, ${acting.tenant.name}`
  if (info.mode === 'registry')
    return (
      <Button
        className={pills.pill}
        appearance="subtle"
        icon={<PersonRegular />}
        aria-label={name}
        onClick={() => go('/signin')}
      >
        <span className={pills.words}>{name}</span>
      </Button>
    )
  return (
    <Popover open={isOpen} onOpenChange={(_, { open }) => setOpen(open)} trapFocus>
      <PopoverTrigger disableButtonEnhancement>
        <Button
          className={pills.pill}
          appearance="subtle"
          icon={acting?.caller.kind === 'app' ? <WindowConsoleRegular /> : <PersonRegular />}
          aria-label={t('acting.label', { name })}
        >
          <span className={pills.words}>{name}</span>
        </Button>
      </PopoverTrigger>
      <PopoverSurface className={styles.surface} aria-label={t('acting.title')}>
        <PeopleChooser
          onChoose={(chosen) => {
            actAs(chosen)
            void queryClient.invalidateQueries()
            setOpen(false)
            announce(t('acting.now', { name: `${chosen.caller.name}, ${chosen.tenant.name}` }))
          }}
        />
      </PopoverSurface>
    </Popover>
  )
}
