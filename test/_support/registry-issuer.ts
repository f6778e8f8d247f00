/** The issuer that a registry under test trusts: the built-in one's code with keys of its own, behind an address of its own. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SignInDirectory } from '#auth/directory/directory.ts'
import { createAuthority } from '#auth/issuer/authority.ts'
import { type Keys, loadKeys } from '#auth/issuer/keys.ts'
import type { OutsideIssuer } from '#auth/outside/outside-issuer.ts'
import { parseOutsideIssuers } from '#auth/outside/outside-settings.ts'
import { systemClock } from '#base/clock.ts'

export interface RegistryIssuer {
  readonly origin: string
  readonly keys: Keys
  readonly settings: readonly OutsideIssuer[]
  /** Knows the applications that it gives tokens to; the registry is started after the issuer. */
  serve(directory: SignInDirectory): void
  close(): Promise<void>
}

export const startRegistryIssuer = async (): Promise<RegistryIssuer> => {
  const keys = loadKeys()
  let find: ReturnType<typeof createAuthority>['find'] | undefined
  let origin = ''
  const server = createServer(async (request, response) => {
    const [path = '', query = ''] = (request.url ?? '').split('?')
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const answer = await find?.(path)?.({
      method: request.method ?? 'GET',
      path,
      query,
      headers: {},
      body: Buffer.concat(chunks),
      origin,
      requestId: '',
      clientRequestId: '',
    })
    response.writeHead(answer?.status ?? 404, answer?.headers).end(answer?.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const entry = { issuer: `${origin}/{tenantid}/v2.0`, audience: 'https://graph.microsoft.com' }
  return {
    origin,
    keys,
    settings: parseOutsideIssuers(JSON.stringify(entry)),
    serve: (directory) => {
      find = createAuthority({ directory, keys, clock: systemClock }).find
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
