/** Who is there: tenants and the applications registered in them. Rows of ours, not on the wire. */
import { entityType, text, type Workload } from '#edm/define.ts'

const source = 'our decision: experience.md §3, well-known credentials'

export const tenant = entityType('relata.tenant', {
  doc: 'One organisation.',
  source,
  published: false,
  props: {
    id: text({ nullable: false, readOnly: true, doc: 'Directory (tenant) id.' }),
    displayName: text({ nullable: false, doc: 'Name of the organisation.' }),
    defaultDomain: text({
      nullable: false,
      fold: true,
      doc: 'Domain that may stand for the tenant id in sign-in addresses.',
    }),
  },
  navs: {},
})

export const application = entityType('relata.application', {
  doc: 'An application registered in a tenant; its id is the client id.',
  source,
  published: false,
  props: {
    id: text({ nullable: false, readOnly: true, doc: 'Application (client) id.' }),
    displayName: text({ nullable: false, doc: 'Name shown to people.' }),
    secretHash: text({ nullable: false, returned: 'never', doc: 'scrypt hash of the client secret, with its salt.' }),
    appRoles: text({ nullable: false, collection: true, doc: 'Application permissions granted in this tenant.' }),
  },
  navs: {},
})

export const directory: Workload = { enums: [], complexes: [], entities: [tenant, application], roots: [] }
