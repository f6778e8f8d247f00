/** The default seed: well-known tenants and applications, the same in every release, and a small taxonomy for each. */
import type { Registration } from '#auth/directory/directory.ts'
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

export interface SeedApplication {
  readonly id: string
  readonly displayName: string
  readonly appRoles: readonly string[]
  /** Absent: it has the well-known secret and signs nobody in. */
  readonly signsIn?: Partial<Registration> & { readonly hasSecret: boolean }
}

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
  { id: wellKnown.daemon, displayName: 'Relata daemon', appRoles: [...readPermissions, ...writePermissions] },
  { id: wellKnown.reader, displayName: 'Relata reader', appRoles: readPermissions },
  {
    id: wellKnown.publicClient,
    displayName: 'Relata public client',
    appRoles: [],
    signsIn: {
      hasSecret: false,
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
    signsIn: { hasSecret: true, idTokens: true, webRedirectUris: callbacks, delegatedScopes },
  },
  {
    id: wellKnown.middleTier,
    displayName: 'Relata middle tier',
    appRoles: [],
    signsIn: {
      hasSecret: true,
      identifierUris: [middleTierUri],
      exposedScopes: ['access_as_user'],
      tokenVersion: 2,
      delegatedScopes: delegatedScopes.filter((scope) => !scope.includes('/')),
    },
  },
]

interface SeedLabel {
  readonly [languageTag: string]: string | readonly [string, ...string[]]
}

export interface SeedTerm {
  readonly id: string
  /** Per language the default label, or the default label and its synonyms; perhaps none in the store's default language. */
  readonly labels: SeedLabel
  readonly description?: string
  readonly children?: readonly SeedTerm[]
}

export interface SeedRelation {
  readonly relationship: 'pin' | 'reuse'
  readonly toTerm: string
  /** Home set of `toTerm`. */
  readonly home: string
  readonly fromTerm?: string
}

export interface SeedSet {
  readonly id: string
  readonly names: Readonly<Record<string, string>>
  readonly description?: string
  readonly terms: readonly SeedTerm[]
  readonly relations?: readonly SeedRelation[]
}

export interface SeedGroup {
  readonly id: string
  readonly displayName: string
  readonly description: string
  /** Server-relative path of the site it belongs to; absent: a global group. */
  readonly site?: string
  readonly sets: readonly SeedSet[]
}

export interface SeedSite {
  readonly siteCollectionId: string
  readonly webId: string
  readonly path: string
  readonly displayName: string
}

export interface SeedTenant {
  readonly id: string
  readonly displayName: string
  readonly domain: string
  readonly storeId: string
  readonly languages: readonly [string, ...string[]]
  readonly team: { readonly id: string; readonly displayName: string; readonly site: string }
  readonly sites: readonly [SeedSite, ...SeedSite[]]
  readonly groups: readonly SeedGroup[]
}

/** A readable GUID: eight digits for the tenant, four for the kind, the rest counts. */
function guid(tenant: string, kind: string, number: number): string {
  return `${tenant.slice(0, 8)}-${kind}-4000-8000-${number.toString(16).padStart(12, '0')}`
}

const { contoso, fabrikam, northwind } = wellKnown

function term(number: number, labels: SeedLabel, children: readonly SeedTerm[] = [], description?: string): SeedTerm {
  return {
    id: guid(contoso, '7e21', number),
    labels,
    children,
    ...(description === undefined ? {} : { description }),
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

function small(tenant: string, name: string, label: string): readonly SeedGroup[] {
  return [
    {
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
    },
  ]
}

function sitesOf(tenant: string, displayName: string): readonly [SeedSite, SeedSite] {
  return [
    { siteCollectionId: guid(tenant, '517e', 1), webId: guid(tenant, '3eb0', 1), path: '', displayName },
    {
      siteCollectionId: guid(tenant, '517e', 2),
      webId: guid(tenant, '3eb0', 2),
      path: 'sites/team',
      displayName: 'Team',
    },
  ]
}

function teamOf(tenant: string) {
  return { id: guid(tenant, '7ea0', 1), displayName: 'Team', site: 'sites/team' }
}

export const tenants: readonly SeedTenant[] = [
  {
    id: contoso,
    displayName: 'Contoso',
    domain: 'contoso.example',
    storeId: guid(contoso, '5702', 1),
    languages: ['en-US', 'de-DE', 'fr-FR'],
    team: teamOf(contoso),
    sites: sitesOf(contoso, 'Contoso'),
    groups: [
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
        site: 'sites/team',
        sets: [{ id: contosoSet(4), names: { 'en-US': 'Sprints' }, terms: [term(30, { 'en-US': 'Sprint 1' })] }],
      },
    ],
  },
  {
    id: fabrikam,
    displayName: 'Fabrikam',
    domain: 'fabrikam.example',
    storeId: guid(fabrikam, '5702', 1),
    languages: ['en-US'],
    team: teamOf(fabrikam),
    sites: sitesOf(fabrikam, 'Fabrikam'),
    groups: small(fabrikam, 'Products', 'Fabric'),
  },
  {
    id: northwind,
    displayName: 'Northwind Traders',
    domain: 'northwind.example',
    storeId: guid(northwind, '5702', 1),
    languages: ['en-US'],
    team: teamOf(northwind),
    sites: sitesOf(northwind, 'Northwind Traders'),
    groups: small(northwind, 'Beverages', 'Tea'),
  },
]
