/**
 * The samples of the 18 pages of the term store, v1.0 and beta, as facts: term-store.md §2.3. All pages say that answers
 * may be shortened for readability.
 */
import type { Difference, Partial, Sample, Shape } from './sample.ts'

type Pages = Readonly<
  Record<
    | 'store-get'
    | 'store-update'
    | 'list-groups'
    | 'group-post'
    | 'group-get'
    | 'group-delete'
    | 'group-list-sets'
    | 'set-post'
    | 'set-get'
    | 'set-update'
    | 'set-delete'
    | 'term-list-children'
    | 'term-post'
    | 'term-get'
    | 'term-update'
    | 'term-delete'
    | 'term-list-relations'
    | 'relation-post',
    string
  >
>

const store: Shape = { id: 'string', defaultLanguageTag: 'string', languageTags: ['string'] }
const group = (scope = '=global') => ({
  id: 'string',
  createdDateTime: 'instant',
  description: 'string',
  scope,
  displayName: 'string',
})
const name: Shape = { languageTag: 'string', name: 'string' }
const label: Shape = { name: 'string', languageTag: 'string', isDefault: 'boolean' }
const shortSet = { id: 'string', description: 'string', localizedNames: [name] }
const set: Shape = { ...shortSet, createdDateTime: 'instant' }
const term: Shape = { id: 'string', createdDateTime: 'instant', lastModifiedDateTime: 'instant', labels: [label] }
const relation: Shape = { id: 'string', relationship: '=pin' }

const withoutContext: Partial = {
  lacks: { '@odata.context': 'string' },
  why: 'No sample of the term store has it; all recorded answers do (term-store.md §1.3).',
}

/** Members that are always returned: `below` is where they are missing. */
const abbreviated = (below: string, lacks: Readonly<Record<string, Shape>>): Partial => ({
  lacks: Object.fromEntries(Object.entries(lacks).map(([member, shape]) => [`${below}${member}`, shape])),
  why: 'The page says that it is shortened; the member is there by default in recorded answers (term-store.md §1.2).',
})

const descriptions: Readonly<Record<string, Shape>> = { descriptions: [] }

const typedAnswer = (type: string): Difference => ({
  at: '@odata.type',
  documented: `=#microsoft.graph.termStore.${type}`,
  ours: 'absent',
  why: 'The sample of the request is repeated in the answer; recorded answers do not name the declared type.',
  section: 'term-store.md §1.3',
})

/** Which rows a list has is no difference in its form: one kind of element stands for both. */
const withSystem: Partial = {
  lacks: {},
  why: 'The sample lists one group, whose scope is global; recorded lists have the group System as well (term-store.md §4.3).',
}

const ofSiteCollection: Difference = {
  at: 'scope',
  documented: '=global',
  ours: '=siteCollection',
  why: 'The group belongs to a site collection, for which the enumeration has a value of its own.',
  section: 'term-store.md §1.2',
}

function storeAndGroups(version: string, root: string, page: (of: keyof Pages) => Pick<Sample, 'page' | 'commit'>) {
  const samples: Sample[] = [
    {
      ...page('store-get'),
      needs: 'nothing',
      method: 'GET',
      address: root,
      status: 200,
      answer: store,
      partial: [withoutContext],
    },
    {
      ...page('store-update'),
      needs: 'language',
      method: 'PATCH',
      address: root,
      request: { defaultLanguageTag: 'string' },
      status: 200,
      answer: store,
      partial: [withoutContext],
    },
    {
      ...page('list-groups'),
      needs: 'nothing',
      method: 'GET',
      address: `${root}/groups`,
      status: 200,
      answer: { value: [group('=global|=system')] },
      partial: [withoutContext, withSystem],
    },
    {
      ...page('group-post'),
      needs: 'name',
      method: 'POST',
      address: `${root}/groups`,
      request: { displayName: 'string' },
      status: 201,
      answer: group(),
      partial: [withoutContext],
    },
    {
      ...page('group-get'),
      example: 1,
      needs: 'group',
      method: 'GET',
      address: `${root}/groups/{group}`,
      status: 200,
      answer: group(),
      partial: [withoutContext],
    },
    {
      ...page('group-get'),
      example: 2,
      needs: 'group of a site',
      method: 'GET',
      address: `/${version}/sites/{site}/termStore/groups/{group}?$select=*,parentSiteId`,
      status: 200,
      answer: { ...group(), parentSiteId: 'string' },
      partial: [withoutContext],
      insteadOf: [ofSiteCollection],
    },
    {
      ...page('group-delete'),
      needs: 'group',
      method: 'DELETE',
      address: `${root}/groups/{group}`,
      status: 204,
    },
  ]
  return samples
}

function sets(root: string, page: (of: keyof Pages) => Pick<Sample, 'page' | 'commit'>) {
  const samples: Sample[] = [
    {
      ...page('group-list-sets'),
      needs: 'set',
      method: 'GET',
      address: `${root}/groups/{group}/sets`,
      status: 200,
      answer: { value: [shortSet] },
      partial: [withoutContext, abbreviated('value/*/', { createdDateTime: 'instant' })],
    },
    {
      ...page('set-post'),
      needs: 'body of a set',
      method: 'POST',
      address: `${root}/sets`,
      request: {
        '@odata.type': '=#microsoft.graph.termStore.set',
        parentGroup: { id: 'string' },
        localizedNames: [name],
      },
      status: 201,
      answer: { '@odata.type': '=#microsoft.graph.termStore.set', id: 'string', localizedNames: [name] },
      partial: [withoutContext, abbreviated('', { description: 'string', createdDateTime: 'instant' })],
      insteadOf: [typedAnswer('set')],
    },
    {
      ...page('set-get'),
      needs: 'set',
      method: 'GET',
      address: `${root}/sets/{set}`,
      status: 200,
      answer: set,
      partial: [withoutContext],
    },
    {
      ...page('set-update'),
      needs: 'description of a set',
      method: 'PATCH',
      address: `${root}/sets/{set}`,
      request: { description: 'string' },
      status: 200,
      answer: shortSet,
      partial: [withoutContext, abbreviated('', { createdDateTime: 'instant' })],
    },
    { ...page('set-delete'), needs: 'set', method: 'DELETE', address: `${root}/sets/{set}`, status: 204 },
  ]
  return samples
}

function terms(root: string, page: (of: keyof Pages) => Pick<Sample, 'page' | 'commit'>) {
  const samples: Sample[] = [
    {
      ...page('term-list-children'),
      needs: 'child',
      method: 'GET',
      address: `${root}/sets/{set}/children`,
      alsoAt: [`${root}/sets/{set}/terms/{term}/children`],
      status: 200,
      answer: { value: [{ id: 'string', labels: [label], lastModifiedDateTime: 'instant' }] },
      partial: [withoutContext, abbreviated('value/*/', { createdDateTime: 'instant', ...descriptions })],
    },
    {
      ...page('term-post'),
      needs: 'body of a term',
      method: 'POST',
      address: `${root}/sets/{set}/children`,
      alsoAt: [`${root}/sets/{set}/terms/{term}/children`],
      request: { labels: [label] },
      status: 201,
      answer: term,
      partial: [withoutContext, abbreviated('', descriptions)],
    },
    {
      ...page('term-get'),
      needs: 'term',
      method: 'GET',
      address: `${root}/groups/{group}/sets/{set}/terms/{term}`,
      alsoAt: [`${root}/sets/{set}/terms/{term}`],
      status: 200,
      answer: term,
      partial: [withoutContext, abbreviated('', descriptions)],
    },
    {
      ...page('term-update'),
      needs: 'other label',
      method: 'PATCH',
      address: `${root}/sets/{set}/terms/{term}`,
      request: { labels: [label] },
      status: 200,
      answer: { id: 'string', labels: [label] },
      partial: [
        withoutContext,
        abbreviated('', { createdDateTime: 'instant', lastModifiedDateTime: 'instant', ...descriptions }),
      ],
    },
    {
      ...page('term-delete'),
      needs: 'term',
      method: 'DELETE',
      address: `${root}/sets/{set}/terms/{term}`,
      status: 204,
    },
  ]
  return samples
}

const relationBody = {
  '@odata.type': '=#microsoft.graph.termStore.relation',
  relationship: '=pin',
  fromTerm: { id: 'string' },
  set: { id: 'string' },
}

function relations(
  root: string,
  page: (of: keyof Pages) => Pick<Sample, 'page' | 'commit'>,
  at: string,
  also: string[],
) {
  const samples: Sample[] = [
    {
      ...page('term-list-relations'),
      needs: 'relation',
      method: 'GET',
      address: `${root}/sets/{set}/relations`,
      alsoAt: [`${root}/sets/{set}/terms/{term}/relations`],
      status: 200,
      answer: { value: [relation] },
      partial: [withoutContext],
    },
    {
      ...page('relation-post'),
      needs: 'body of a relation',
      method: 'POST',
      address: at,
      alsoAt: also,
      request: relationBody,
      status: 201,
      answer: { ...relationBody, id: 'string', toTerm: { id: 'string' } },
      partial: [withoutContext],
      insteadOf: [typedAnswer('relation')],
    },
  ]
  return samples
}

const pageOf = (version: string, pages: Pages) => (of: keyof Pages) => ({
  page: `${version}/api/termstore-${of}.md`,
  commit: pages[of],
})

const v1 = pageOf('v1.0', {
  'store-get': '028b8e354879f1054adbd96bfa8d16fff4330811',
  'store-update': '028b8e354879f1054adbd96bfa8d16fff4330811',
  'list-groups': '00e146a92755a19260d07a735eee6e9df034f45f',
  'group-post': '129c9460dad70dd794e4cac7faea9d60100e02aa',
  'group-get': '03c7b71e4db41c4ac68bfa53212454c3e1412d3c',
  'group-delete': '0ebca3ac5b0df994be04f551b8a7a6427cf1ed03',
  'group-list-sets': '25fbc3d8ad0a669d9f59c240a7712239756cdb36',
  'set-post': '036ffe6d6690187c1238f93653612864eb666c5c',
  'set-get': '090b00cc08ea7de0b65aa5c7632d19a33ac8ef06',
  'set-update': '02b4cba04d0426b41fe35819922b100050c5c441',
  'set-delete': '02cba94274118519e345c1d264a7e0a18f0ce4d0',
  'term-list-children': '0011ef8090f02b7908480e88d437a1ee0db4fdcc',
  'term-post': '09455a65abde17103c17fc70605c4c8553f01978',
  'term-get': '06473d2fa2a68f08dfeda8b4ea4a1c46f60afe9b',
  'term-update': '00e146a92755a19260d07a735eee6e9df034f45f',
  'term-delete': '0952ec0602fa6dbf5148e365f914215b17c3713e',
  'term-list-relations': '03c7b71e4db41c4ac68bfa53212454c3e1412d3c',
  'relation-post': '181510bc448267261ab9a0496f79bf3c6b50934b',
})

const beta = pageOf('beta', {
  'store-get': '0583d03841e5c02f81c14e78444d90c2718173c7',
  'store-update': '03949180f447e2fd4797dacc99710fdf16a122cb',
  'list-groups': '129c9460dad70dd794e4cac7faea9d60100e02aa',
  'group-post': '053719d7eb58b95e77b734ec81fd01ce2cce49f4',
  'group-get': '0713c450496046d1f357f9afae7a914ac6ab4277',
  'group-delete': '09fe17875c383dec128db4df0c94a2d757d54b2f',
  'group-list-sets': '01c641aced9437aea8a5c1f17fd65078bff7391e',
  'set-post': '03e88f0a15038ae5d280389c654d7d329056dd03',
  'set-get': '01c641aced9437aea8a5c1f17fd65078bff7391e',
  'set-update': '09455a65abde17103c17fc70605c4c8553f01978',
  'set-delete': '02b4cba04d0426b41fe35819922b100050c5c441',
  'term-list-children': '067a0cb86d1de55b756891cb185203b0bd4288bf',
  'term-post': '0273c463ba400fd1c477eb6800edb2eee57b1773',
  'term-get': '01c641aced9437aea8a5c1f17fd65078bff7391e',
  'term-update': '028b8e354879f1054adbd96bfa8d16fff4330811',
  'term-delete': '0f7f5cdba42f9b3cabcfd100273a1ef4482b94ba',
  'term-list-relations': '0b1b6eafc4b0ce01ec926a39c93199fb716f16a7',
  'relation-post': '0244cd59f03500159d910848c20a53bf96cdbff0',
})

/** Beta shows the same four rows through a site as well; term-get gives two addresses there. */
function throughSite(): Sample[] {
  const root = '/beta/sites/{site}/termStore'
  const read = { needs: 'term of a site', method: 'GET', status: 200, partial: [withoutContext] } as const
  const shortTerm = [withoutContext, abbreviated('', descriptions)]
  return [
    { ...beta('store-get'), ...read, example: 2, needs: 'nothing', address: root, answer: store },
    {
      ...beta('group-get'),
      ...read,
      example: 3,
      address: `${root}/groups/{group}`,
      answer: group(),
      insteadOf: [ofSiteCollection],
    },
    { ...beta('set-get'), ...read, example: 2, address: `${root}/sets/{set}`, answer: set },
    {
      ...beta('term-get'),
      ...read,
      example: 2,
      address: `${root}/groups/{group}/sets/{set}/terms/{term}`,
      alsoAt: [`${root}/sets/{set}/terms/{term}`],
      answer: term,
      partial: shortTerm,
    },
  ]
}

function samplesOf(version: 'v1.0' | 'beta', root: string, page: typeof v1): Sample[] {
  const documented = `${root}/sets/{set}/terms/{term}/relations`
  // The sample of v1.0 has an address that its own section does not have: term-store.md §2.3, below the table.
  const shown = '/v1.0/sites/{site}/termStores/{store}/terms/{term}/relations'
  return [
    ...storeAndGroups(version, root, page),
    ...sets(root, page),
    ...terms(root, page),
    ...(version === 'beta' ? relations(root, page, documented, []) : relations(root, page, shown, [documented])),
  ]
}

export const termStoreSamples: readonly Sample[] = [
  ...samplesOf('v1.0', '/v1.0/sites/{site}/termStore', v1),
  ...samplesOf('beta', '/beta/termStore', beta),
  ...throughSite(),
]
