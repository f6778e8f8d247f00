/** SharePoint sites, as far as they are roots of the term store: protocol.md §1.1, term-store.md §2.1. */
import { entityType, many, one, type Root, type Workload } from '#edm/define.ts'
import { flag, text } from '#edm/props.ts'
import { constant } from '#edm/query.ts'
import { baseItem } from '../common.ts'
import { delegatedSites } from '../directory/delegated-roles.ts'

const ts = 'microsoft.graph.termStore'

export const site = entityType('microsoft.graph.site', {
  doc: 'A SharePoint site: one web of a site collection.',
  source: 'https://learn.microsoft.com/graph/api/resources/site',
  base: baseItem,
  partial: true,
  pathKeys: true,
  steady: true,
  searched: 'displayName',
  wildcards: true,
  dialect: 'onedrive',
  scopes: { read: ['Sites.Read.All', 'Sites.ReadWrite.All'], write: ['Sites.ReadWrite.All'] },
  delegated: delegatedSites,
  unknownMembers: 'ignore',
  props: {
    displayName: text({ readOnly: true, fold: true, doc: 'Title of the site.' }),
    hostName: text({ nullable: false, returned: 'never', published: false, fold: true, doc: 'Host of its address.' }),
    path: text({
      nullable: false,
      returned: 'never',
      published: false,
      fold: true,
      doc: 'Server-relative path, without slashes at its ends; empty for the root web of the host.',
    }),
    siteCollectionId: text({
      nullable: false,
      returned: 'never',
      published: false,
      doc: 'GUID of the site collection.',
    }),
    webId: text({ nullable: false, returned: 'never', published: false, doc: 'GUID of the web.' }),
    isRoot: flag({
      nullable: false,
      initial: false,
      returned: 'never',
      published: false,
      doc: 'Whether it is the tenant’s root site.',
    }),
  },
  navs: {
    termStore: one(`${ts}.store`, {
      contained: true,
      only: true,
      doc: 'The term store, as seen from this site.',
      can: { get: 'docs', update: 'docs' },
    }),
    termStores: many(`${ts}.store`, {
      contained: true,
      published: ['v1.0'],
      doc: 'The term stores of the site: always the one.',
      can: { list: 'metadata', get: 'metadata', update: 'metadata' },
      scopes: { own: { branches: [constant(true)], bind: {} } },
    }),
    group: one('microsoft.graph.group', {
      stored: true,
      published: false,
      doc: 'The Microsoft 365 group it belongs to.',
    }),
  },
  indexes: [{ keys: ['siteCollectionId'] }, { keys: ['hostName', 'path'], unique: true }, { keys: ['groupId'] }],
  carry: ['siteCollectionId', 'webId', 'hostName', 'isRoot', 'groupId'],
})

const roots: readonly Root[] = [
  {
    kind: 'set',
    name: 'sites',
    target: site.name,
    doc: 'Sites of the tenant.',
    can: { list: 'docs', get: 'docs', create: 'later' },
  },
]

export const sites: Workload = { enums: [], complexes: [], entities: [site], roots }
