/** Public information about another tenant: `findTenantInformationBy…` (gdap.md §1.1). */
import { AppError } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'
import { type Behaviour, behaviour } from '#edm/ports.ts'
import { missing } from '../../directory/rules/refusals.ts'
import { tenantRelationship } from '../types.ts'
import type { GdapSettings } from './settings.ts'

export function tenantRelationshipBehaviour({ tenants }: Pick<GdapSettings, 'tenants'>): Behaviour {
  const informationOf = async (idOrDomain: string) => {
    const found = await tenants.find(idOrDomain)
    if (found === undefined) throw missing(idOrDomain)
    return {
      tenantId: found.id,
      displayName: found.displayName,
      federationBrandName: null,
      defaultDomainName: found.defaultDomain,
    }
  }
  return behaviour(tenantRelationship, {
    operations: {
      findTenantInformationByTenantId: {
        async function(_context, _at, { tenantId = '' }) {
          const id = guidOf(tenantId)
          if (id === undefined)
            throw new AppError('invalid', `'${tenantId}' is not a tenant id: tenant ids are GUIDs.`, {
              code: 'Request_BadRequest',
              target: 'tenantId',
            })
          return informationOf(id)
        },
      },
      findTenantInformationByDomainName: {
        async function(_context, _at, { domainName = '' }) {
          // `find` would take a tenant id as well.
          if (domainName === '' || guidOf(domainName) !== undefined)
            throw new AppError('invalid', `'${domainName}' is not a domain.`, {
              code: 'Request_BadRequest',
              target: 'domainName',
            })
          return informationOf(domainName.toLowerCase())
        },
      },
    },
  })
}
