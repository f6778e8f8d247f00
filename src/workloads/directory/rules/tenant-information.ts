/** What anyone with the permission may ask of another tenant: `findTenantInformationBy…` (gdap.md §1.1). */
import { AppError } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'
import { type Behaviour, behaviour } from '#edm/ports.ts'
import { tenantRelationship } from '../../gdap/types.ts'
import { missing } from './refusals.ts'

/** The tenants there are, whoever asks: rules see the rows of one tenant only. */
interface Tenants {
  find(
    idOrDomain: string,
  ): Promise<{ readonly id: string; readonly displayName: string; readonly defaultDomain: string } | undefined>
}

export function tenantRelationshipBehaviour(tenants: Tenants): Behaviour {
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
          // A tenant id would be found as well, but it is no domain.
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
