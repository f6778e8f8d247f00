/** The first request of every start is the server's own: it is printed as ready only when it has answered. */
import { get as getHttp } from 'node:http'
import { get as getHttps } from 'node:https'
import { type Config, originFor } from '#app/config.ts'

const waitMs = 5000
const loopback: Readonly<Record<string, string>> = { localhost: '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1' }

/** Of a server that was started with these settings; `--http-only` may be among its flags alone. Throws unless it is ready. */
export async function askWhetherReady(config: Config): Promise<void> {
  const { host, port } = config
  try {
    await askReady(originFor(config, port), host, undefined)
  } catch (error) {
    const isAnswer = error instanceof Error && error.cause === undefined
    if (config.httpOnly || isAnswer) throw error
    await askReady(originFor({ ...config, httpOnly: true }, port), host, undefined)
  }
}

/** Throws unless `/ready` answers 200. `ca`: PEM of the authority that signed our certificate. */
export function askReady(origin: string, host: string, ca: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const { protocol, port, hostname } = new URL(origin)
    const target = { host: loopback[host] ?? host, port, path: '/ready', agent: false, timeout: waitMs }
    const name = hostname.replace(/^\[|\]$/g, '')
    const request =
      protocol === 'https:'
        ? // A certificate we were given is not ours to judge, and the peer is ourselves.
          getHttps({
            ...target,
            servername: /^[\d.]+$|:/.test(name) ? '' : name,
            ...(ca === undefined ? { rejectUnauthorized: false } : { ca }),
          })
        : getHttp(target)
    request
      .on('response', (response) => {
        response.resume()
        if (response.statusCode === 200) response.on('end', resolve)
        else reject(new Error(`GET ${origin}/ready answered ${response.statusCode}`))
      })
      .on('timeout', () => request.destroy(new Error(`no answer within ${waitMs} ms`)))
      .on('error', (error) => reject(new Error(`GET ${origin}/ready failed: ${error.message}`, { cause: error })))
  })
}
