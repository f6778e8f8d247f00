/**
 * The calls of PnP's Modern Taxonomy Picker, made by @pnp/sp 2.5.0 as its service makes them (exchange.md §13.1): text goes
 * into addresses as it was typed, and the token of a next page is decoded and sent back.
 */
import { sp } from 'pnp-sp-2/presets/core.js'
import { SharePointQueryableCollection } from 'pnp-sp-2/sharepointqueryable.js'
import 'pnp-sp-2/taxonomy/index.js'

/** What the picker reads of a term: members that it takes for granted. */
export interface PickedTerm {
  readonly id: string
  readonly childrenCount: number
  readonly labels: readonly { readonly name: string; readonly isDefault: boolean; readonly languageTag: string }[]
  readonly isDeprecated: boolean
  readonly isAvailableForTagging: readonly { readonly setId: string; readonly isAvailable: boolean }[]
  readonly parent?: PickedTerm
}

export interface PickedSet {
  readonly id: string
  readonly childrenCount: number
  readonly localizedNames: readonly { readonly name: string; readonly languageTag: string }[]
}

export interface PickedStore {
  readonly defaultLanguageTag: string
  readonly languageTags: readonly string[]
}

export interface PickedPage {
  readonly value: readonly PickedTerm[]
  readonly skiptoken: string
}

/** One answer, with the address of the next page. */
const pageParser = {
  parse: async (response: Response): Promise<PickedPage> => {
    const { value, '@odata.nextLink': link = '' } = (await response.json()) as {
      value: PickedTerm[]
      '@odata.nextLink'?: string
    }
    return { value, skiptoken: new URLSearchParams(link.split('?')[1]).get('$skiptoken') ?? '' }
  },
}

// biome-ignore lint/suspicious/noExplicitAny: the declarations of these packages do not resolve under Node's module rules
const client = sp as any

/** Node's `Request` takes no empty address, which @pnp/sp 2 gives it to read headers. */
function allowEmptyAddress(): void {
  const Original = globalThis.Request
  globalThis.Request = class extends Original {
    constructor(input: string | URL | Request, init?: RequestInit) {
      super(input === '' ? 'http://localhost/' : input, init)
    }
  }
}

/** `baseUrl`: of a site. `sent` gets the address of each request. */
export function setUpClient(baseUrl: string, token: string | undefined, sent: string[]): void {
  if (!isSetUp) allowEmptyAddress()
  isSetUp = true
  client.setup({
    sp: {
      baseUrl,
      fetchClientFactory: () => ({
        fetch: (url: string, { headers, ...init }: RequestInit) => {
          sent.push(url)
          const all = new Headers(headers)
          if (token !== undefined) all.set('Authorization', `Bearer ${token}`)
          return fetch(url, { ...init, headers: all })
        },
      }),
    },
  })
}

let isSetUp = false

function termAt(setId: string, termId: string | undefined) {
  const set = client.termStore.sets.getById(setId)
  return termId === undefined ? set : set.terms.getById(termId)
}

export const picker = {
  store: (): Promise<PickedStore> => client.termStore(),
  set: (setId: string): Promise<PickedSet> => client.termStore.sets.getById(setId)(),
  term: (setId: string, termId: string): Promise<PickedTerm> => termAt(setId, termId).expand('parent')(),

  children(setId: string, termId?: string, skiptoken = '', pageSize = 50): Promise<PickedPage> {
    const url: string = termAt(setId, termId).concat('/getLegacyChildren').toUrl()
    const query = SharePointQueryableCollection(url)
      .top(pageSize)
      .usingParser(pageParser)
      .filter('isDeprecated eq false')
    if (skiptoken !== '') query.query.set('$skiptoken', skiptoken)
    return query() as unknown as Promise<PickedPage>
  },

  search(label: string, setId: string, languageTag: string, parentTermId?: string): Promise<PickedTerm[]> {
    const parent = parentTermId === undefined ? '' : `,parentTermId='${parentTermId}'`
    const url: string = client.termStore
      .concat(
        `/searchTerm(label='${label}',setId='${setId}',languageTag='${languageTag}',stringMatchOption='StartsWith'${parent})`,
      )
      .toUrl()
    return SharePointQueryableCollection(url).top(50)() as unknown as Promise<PickedTerm[]>
  },
}

/** What the picker shows for a term: without a default label in either language it fails. */
export function shownName({ labels }: PickedTerm, ui: string, { defaultLanguageTag }: PickedStore): string {
  const inUi = labels.find(({ isDefault, languageTag }) => isDefault && languageTag === ui)
  const usual = labels.find(({ isDefault, languageTag }) => isDefault && languageTag === defaultLanguageTag)
  return (inUi ?? (usual as PickedTerm['labels'][number])).name
}
