/** Microsoft's JavaScript client of a world: unmodified, its last step sends requests through the `fetch` of the world. */
import { needPeer } from './peer.ts'
import type { Credential, GraphClient, Relata } from './relata.ts'

interface Context {
  readonly request: string | Request
  readonly options?: RequestInit
  response?: Response
}

export function graphClientOf(
  relata: Pick<Relata, 'fetch' | 'url'>,
  credential: Credential,
  version: string | undefined,
): GraphClient {
  const graph = needPeer('@microsoft/microsoft-graph-client', 'client()')
  const retries = new graph.RetryHandler(new graph.RetryHandlerOptions())
  retries.setNext({
    execute: async (context: Context): Promise<void> => {
      const request = new Request(context.request, context.options)
      // The step of the package that does this leaves the token out, without a word, where the address is not of HTTPS.
      request.headers.set('authorization', `Bearer ${(await credential.getToken()).token}`)
      context.response = await relata.fetch(request)
    },
  })
  return graph.Client.initWithMiddleware({
    baseUrl: `${relata.url}/`,
    middleware: retries,
    ...(version === undefined ? {} : { defaultVersion: version }),
  })
}
