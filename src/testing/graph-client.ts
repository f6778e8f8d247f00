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
  const hosts = new Set([new URL(relata.url).hostname])
  const authentication = new graph.AuthenticationHandler({
    getAccessToken: async () => (await credential.getToken()).token,
  })
  const retries = new graph.RetryHandler(new graph.RetryHandlerOptions())
  const last = {
    execute: async (context: Context): Promise<void> => {
      context.response = await relata.fetch(context.request, context.options)
    },
  }
  // As the package's own chain for Node, without redirects and telemetry.
  authentication.setNext(retries)
  retries.setNext(last)
  return graph.Client.initWithMiddleware({
    baseUrl: `${relata.url}/`,
    customHosts: hosts,
    middleware: authentication,
    ...(version === undefined ? {} : { defaultVersion: version }),
  })
}
