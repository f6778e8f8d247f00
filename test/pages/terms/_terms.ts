/** What the tests of the pages of terms begin with: people, files, and calls as the administrator of Contoso. */
import type { TestServer } from '../../_support/server.ts'

export const genres = 'c0117050-5e70-4000-8000-000000000001'
export const fiction = 'c0117050-7e21-4000-8000-000000000001'

const head =
  'Term Set Name,Term Set Description,LCID,Available for Tagging,Term Description,Level 1 Term,Level 2 Term,Level 3 Term'

interface HerbsFile {
  readonly families: number
  readonly each: number
  /** So many lines of the third family say neither true nor false. */
  readonly refused?: number
}

/** A file of SharePoint's with families of herbs. */
export function herbsCsv({ families, each, refused = 0 }: HerbsFile): Buffer {
  const lines = [head, 'Herbs,,1033,,,,,']
  for (let family = 1; family <= families; family++) {
    lines.push(`,,,TRUE,,Family ${family},,`)
    for (let herb = 1; herb <= each; herb++) {
      const available = family === 3 && herb <= refused ? 'maybe' : 'TRUE'
      lines.push(`,,,${available},"Herb ${herb}, of family ${family}",Family ${family},Herb ${family}-${herb},`)
    }
  }
  return Buffer.from(`${lines.join('\n')}\n`)
}

/** One request as a person: the pages act as the administrator. `world`: the id of one of `pages.world()`. */
export function asAdministrator(server: TestServer, world = 'default') {
  let token: Promise<string> | undefined
  const take = async (): Promise<string> => {
    const response = await fetch(`${server.http}/_relata/tokens`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'relata-world': world },
      body: JSON.stringify({ tenant: 'contoso.example', user: 'admin@contoso.example' }),
    })
    return ((await response.json()) as { accessToken: string }).accessToken
  }
  return async <Body>(method: string, path: string, body?: unknown): Promise<Body> => {
    token ??= take()
    const response = await fetch(`${server.http}${path}`, {
      method,
      headers: { Authorization: `Bearer ${await token}`, 'Content-Type': 'application/json', 'relata-world': world },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as Body
  }
}
