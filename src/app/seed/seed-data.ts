/** Well-known ids and applications, the same in every release, and the taxonomies of the default seed. */

import type {
  SeedApplication,
  SeedSet,
  SeedSite,
  SeedTerm,
  SeedTermGroup,
  SeedTermStore,
} from './format/seed-format.ts'
import { readPermissions, writePermissions } from './permissions.ts'

export const wellKnown = {
  contoso: 'c0117050-0000-4000-8000-000000000001',
  fabrikam: 'fab21ca0-0000-4000-8000-000000000002',
  northwind: '4021417d-0000-4000-8000-000000000003',
  daemon: '4e1a7a00-0000-4000-8000-00000000a99d',
  reader: '4e1a7a00-0000-4000-8000-00000000a99e',
  /** Signs people in without a secret: programs, pages, devices. */
  publicClient: '4e1a7a00-0000-4000-8000-00000000a99f',
  /** Signs people in with the secret. */
  webApp: '4e1a7a00-0000-4000-8000-00000000a9a0',
  /** An API that calls Graph on behalf of who calls it. */
  middleTier: '4e1a7a00-0000-4000-8000-00000000a9a1',
  secret: 'relata-local-secret',
  /** Of every account, where `--password-grant` is on. */
  password: 'relata-local-password',
} as const

const middleTierUri = `api://${wellKnown.middleTier}`
const delegatedScopes = [
  ...readPermissions,
  ...writePermissions,
  'User.Read',
  'Directory.AccessAsUser.All',
  `${middleTierUri}/access_as_user`,
]

/** Where the usual libraries and samples wait for the answer; the port does not matter. */
const callbacks = [
  '',
  '/redirect',
  '/callback',
  '/auth/redirect',
  '/auth/callback',
  '/auth/openid/return',
  '/signin-oidc',
  '/getAToken',
  '/.auth/login/aad/callback',
].map((path) => `http://localhost${path}`)

export const applications: readonly SeedApplication[] = [
  {
    id: wellKnown.daemon,
    displayName: 'Relata daemon',
    appRoles: [...readPermissions, ...writePermissions],
    secret: 'well-known',
  },
  { id: wellKnown.reader, displayName: 'Relata reader', appRoles: readPermissions, secret: 'well-known' },
  {
    id: wellKnown.publicClient,
    displayName: 'Relata public client',
    appRoles: [],
    signIn: {
      isPublic: true,
      nativeRedirectUris: [...callbacks, 'http://127.0.0.1', 'http://localhost/native'],
      spaRedirectUris: ['http://localhost/spa'],
      delegatedScopes,
    },
  },
  {
    id: wellKnown.webApp,
    displayName: 'Relata web application',
    appRoles: [],
    secret: 'well-known',
    signIn: { idTokens: true, webRedirectUris: callbacks, delegatedScopes },
  },
  {
    id: wellKnown.middleTier,
    displayName: 'Relata middle tier',
    appRoles: [],
    secret: 'well-known',
    signIn: {
      identifierUris: [middleTierUri],
      exposedScopes: ['access_as_user'],
      tokenVersion: 2,
      delegatedScopes: delegatedScopes.filter((scope) => !scope.includes('/')),
    },
  },
]

/** A readable GUID: eight digits for the tenant, four for the kind, the rest counts. */
export function guid(tenant: string, kind: string, number: number): string {
  return `${tenant.slice(0, 8)}-${kind}-4000-8000-${number.toString(16).padStart(12, '0')}`
}

const { contoso, fabrikam, northwind } = wellKnown

function term(
  number: number,
  labels: SeedTerm['labels'],
  children: readonly SeedTerm[] = [],
  description?: string,
): SeedTerm {
  return {
    id: guid(contoso, '7e21', number),
    labels,
    children,
    ...(description === undefined ? {} : { descriptions: { 'en-US': description } }),
  }
}

function contosoSet(number: number) {
  return guid(contoso, '5e70', number)
}

function contosoTerm(number: number) {
  return guid(contoso, '7e21', number)
}

const genres: SeedSet = {
  id: contosoSet(1),
  names: { 'en-US': 'Genres', 'de-DE': 'Gattungen', 'fr-FR': 'Genres' },
  description: 'What kind of work it is.',
  terms: [
    term(1, { 'en-US': 'Fiction', 'de-DE': 'Belletristik', 'fr-FR': 'Fiction' }, [
      term(2, { 'en-US': 'Novel', 'de-DE': 'Roman', 'fr-FR': 'Roman' }),
      term(3, { 'en-US': 'Short story', 'de-DE': 'Kurzgeschichte', 'fr-FR': 'Nouvelle' }),
      term(
        4,
        { 'en-US': ['Poetry', 'Verse'], 'de-DE': ['Lyrik', 'Gedichte'], 'fr-FR': 'Poésie' },
        [],
        'Works in verse.',
      ),
    ]),
    term(5, { 'en-US': 'Non-fiction', 'de-DE': 'Sachbuch', 'fr-FR': 'Documentaire' }, [
      term(6, { 'en-US': 'Biography', 'de-DE': 'Biografie', 'fr-FR': 'Biographie' }),
      term(7, { 'en-US': 'Travel', 'de-DE': 'Reise', 'fr-FR': 'Voyage' }),
    ]),
  ],
  relations: [{ relationship: 'pin', toTerm: contosoTerm(10), home: contosoSet(2), fromTerm: contosoTerm(5) }],
}

const subjects: SeedSet = {
  id: contosoSet(2),
  names: { 'en-US': 'Subjects', 'de-DE': 'Themen', 'fr-FR': 'Sujets' },
  description: 'What it is about.',
  terms: [
    term(10, { 'en-US': 'Nature', 'de-DE': 'Natur', 'fr-FR': 'Nature' }, [
      term(11, { 'en-US': ['Animals', 'Fauna'], 'de-DE': 'Tiere', 'fr-FR': 'Animaux' }),
      term(12, { 'en-US': ['Plants', 'Flora'], 'de-DE': 'Pflanzen', 'fr-FR': 'Plantes' }),
    ]),
    term(13, { 'en-US': 'Technology', 'de-DE': 'Technik', 'fr-FR': 'Technologie' }, [
      term(14, { 'en-US': ['Computing', 'IT'], 'de-DE': 'Informatik', 'fr-FR': 'Informatique' }),
    ]),
  ],
}

const readingLists: SeedSet = {
  id: contosoSet(3),
  names: { 'en-US': 'Reading lists', 'de-DE': 'Leselisten', 'fr-FR': 'Listes de lecture' },
  terms: [
    term(20, { 'en-US': 'Summer', 'de-DE': 'Sommer', 'fr-FR': 'Été' }),
    term(21, { 'en-US': 'Winter', 'de-DE': 'Winter', 'fr-FR': 'Hiver' }),
    // Imports make such terms, and pickers have to stand them: it has no label in the default language of the store.
    term(22, { 'fr-FR': 'Rentrée littéraire' }),
  ],
  relations: [{ relationship: 'reuse', toTerm: contosoTerm(4), home: contosoSet(1), fromTerm: contosoTerm(20) }],
}

function small(tenant: string, name: string, label: string): SeedTermGroup {
  return {
    id: guid(tenant, '6200', 1),
    displayName: 'Company',
    description: 'Terms used all over the company.',
    sets: [
      {
        id: guid(tenant, '5e70', 1),
        names: { 'en-US': name },
        terms: [{ id: guid(tenant, '7e21', 1), labels: { 'en-US': label } }],
      },
    ],
  }
}

const teamPath = 'sites/team'

/** The root site, and the site of the team. */
export function sitesOf(tenant: string, displayName: string) {
  const root = { siteCollectionId: guid(tenant, '517e', 1), webId: guid(tenant, '3eb0', 1), path: '', displayName }
  const team = {
    siteCollectionId: guid(tenant, '517e', 2),
    webId: guid(tenant, '3eb0', 2),
    path: teamPath,
    displayName: 'Team',
    group: 'Team',
  }
  return [root, team] as const satisfies readonly SeedSite[]
}

function storeOf(tenant: string, languages: readonly string[], groups: readonly SeedTermGroup[]) {
  return { id: guid(tenant, '5702', 1), languages, administrators: ['app@sharepoint'], groups } satisfies SeedTermStore
}

export const termStores = {
  contoso: storeOf(
    contoso,
    ['en-US', 'de-DE', 'fr-FR'],
    [
      {
        id: guid(contoso, '6200', 1),
        displayName: 'Library',
        description: 'Terms for the catalogue of the library.',
        sets: [genres, subjects, readingLists],
      },
      {
        id: guid(contoso, '6200', 2),
        displayName: 'Team terms',
        description: 'Seen through the team site only.',
        site: teamPath,
        sets: [{ id: contosoSet(4), names: { 'en-US': 'Sprints' }, terms: [term(30, { 'en-US': 'Sprint 1' })] }],
      },
    ],
  ),
  fabrikam: storeOf(fabrikam, ['en-US'], [small(fabrikam, 'Products', 'Fabric')]),
  northwind: storeOf(northwind, ['en-US'], [small(northwind, 'Beverages', 'Tea')]),
} satisfies Readonly<Record<string, SeedTermStore>>
