/** Adapter: the directory that sign-in asks for tenants, applications and users, implemented with the store. */
import {
  type AccountName,
  bareRegistration,
  type DirectoryApplication,
  type Person,
  type SignInDirectory,
} from '#auth/directory/directory.ts'
import { guidOf } from '#base/ids.ts'
import type { RowOf } from '#edm/infer.ts'
import type { Actor, ReadTx, Store } from '#edm/ports.ts'
import type { EngineControls } from '#engine/session.ts'
import { user } from '#workloads/directory/people.ts'
import { roleHolding } from '#workloads/directory/roles.ts'
import { applicationTarget, changesOf, record } from '#workloads/directory/rules/audit-record.ts'
import { securityGroupsOf } from '#workloads/directory/rules/security-groups.ts'
import { application } from '#workloads/directory/types.ts'
import { registrationRow } from './registration-row.ts'
import type { TenantList } from './tenant-list.ts'

function applicationOf(row: RowOf<typeof application>): DirectoryApplication {
  const { id, secretHash, appRoles, displayName } = row
  const registration = row.registration ?? { ...bareRegistration, displayName: displayName ?? '' }
  return {
    id,
    secretHash,
    appRoles,
    registration: { ...registration, tokenVersion: registration.tokenVersion === 2 ? 2 : 1 },
  }
}

async function personOf(tx: ReadTx, row: RowOf<typeof user>): Promise<Person> {
  return {
    id: row.id,
    displayName: row.displayName ?? row.id,
    userName: row.userPrincipalName ?? row.id,
    mail: row.mail ?? undefined,
    givenName: row.givenName ?? undefined,
    surname: row.surname ?? undefined,
    enabled: row.accountEnabled !== false,
    roles: (await tx.find(roleHolding, { userId: row.id })).map(({ roleTemplateId }) => roleTemplateId),
    groups: (await securityGroupsOf(tx, row.id)).map(({ id }) => id),
  }
}

/** By id, by one of its URIs, or by the default URI `api://{id}`. */
async function resourceIn(tx: ReadTx, uriOrId: string): Promise<RowOf<typeof application> | undefined> {
  const wanted = uriOrId.toLowerCase()
  const id = guidOf(wanted.replace(/^api:\/\//, ''))
  const known = id === undefined ? undefined : await tx.get(application, id)
  if (known !== undefined) return known
  const rows = await tx.find(application, {})
  return rows.find(({ registration }) => registration?.identifierUris.some((uri) => uri.toLowerCase() === wanted))
}

/** Nobody’s token says who registers an application: the control address of the stand-in asks for none. */
function registrar(tenantId: string): Actor {
  return { kind: 'system', tenantId, permissions: new Set() }
}

export function signInDirectoryOf(
  store: Store,
  tenants: TenantList,
  inTenant: EngineControls['inTenant'],
): SignInDirectory {
  const find = (wanted: string) => {
    const known = tenants.find(wanted)
    return known === undefined ? undefined : { id: known.id, domain: known.defaultDomain }
  }
  const findApplication = (tenantId: string, appId: string) =>
    store.read(tenantId, async (tx) => {
      const row = await tx.get(application, appId)
      return row && applicationOf(row)
    })
  const accountsIn = (tenantId: string, limit: number): Promise<AccountName[]> =>
    store.read(tenantId, async (tx) =>
      (await tx.find(user, {}, limit))
        .filter(({ accountEnabled }) => accountEnabled !== false)
        .map(({ id, displayName, userPrincipalName }) => ({
          tenantId,
          userId: id,
          displayName: displayName ?? id,
          userName: userPrincipalName ?? id,
        })),
    )
  return {
    findTenant: async (idOrDomain) => {
      const known = find(idOrDomain)
      if (known !== undefined) return known
      await tenants.refresh()
      return find(idOrDomain)
    },
    findApplication,
    isOfEarlierTenant: (tenantId, issuedAt) => tenants.isOfEarlier(tenantId, issuedAt),
    homesOf: async (appId) => {
      const homes: string[] = []
      for (const { id } of tenants.all()) if ((await findApplication(id, appId)) !== undefined) homes.push(id)
      return homes
    },
    findResource: (tenantId, uriOrId) =>
      store.read(tenantId, async (tx) => {
        const row = await resourceIn(tx, uriOrId)
        return row && applicationOf(row)
      }),
    findPerson: async (tenantId, idOrName) => {
      const tenant = find(tenantId)
      if (tenant === undefined) return undefined
      return store.read(tenant.id, async (tx) => {
        const [row = await tx.get(user, idOrName.toLowerCase())] = await tx.find(user, { userPrincipalName: idOrName })
        return row && personOf(tx, row)
      })
    },
    listAccounts: async (tenantId, limit) => {
      if (tenantId !== undefined) return accountsIn(tenantId, limit)
      await tenants.refresh()
      const all: AccountName[] = []
      for (const { id } of tenants.all()) {
        if (all.length >= limit) break
        all.push(...(await accountsIn(id, limit - all.length)))
      }
      return all
    },
    register: (tenantId, { id, secretHash, appRoles, registration }) =>
      inTenant(tenantId, registrar(tenantId), async (context) => {
        const { tx } = context
        const row = {
          displayName: registration.displayName,
          secretHash,
          appRoles: [...appRoles],
          registration: registrationRow(registration),
        }
        const before = await tx.get(application, id)
        if (before === undefined) await tx.insert(application, { id, ...row })
        else await tx.update(application, id, row)
        const changes = changesOf(before ?? {}, row, ['displayName', 'appRoles'])
        const target = applicationTarget(id, row.displayName, changes)
        await record(context, before === undefined ? 'Add application' : 'Update application', id, [target])
      }),
  }
}
