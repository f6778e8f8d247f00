/**
 * A proxy as of a company, for clients that know Microsoft's hosts only: it leads those to Relata and refuses all others.
 * `node proxy.mjs PORT OWN-PORT`. docs/clients.md shows it.
 */
// recipe: proxy
import { createServer } from 'node:http'
import { connect } from 'node:net'

const [, , relataPort = 4365, ownPort = 4366] = process.argv
const hosts = [
  'graph.microsoft.com',
  'login.microsoftonline.com',
  'login.windows.net',
  'login.microsoft.com',
  'sts.windows.net',
  'api.partnercenter.microsoft.com',
]

const proxy = createServer().on('connect', (request, client) => {
  if (!hosts.some((host) => request.url === `${host}:443`)) return client.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  const relata = connect(relataPort, '127.0.0.1', () => {
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    relata.pipe(client).pipe(relata)
  })
  relata.on('error', () => client.destroy())
  client.on('error', () => relata.destroy())
})
proxy.listen(ownPort, '127.0.0.1', () => process.stdout.write(`HTTPS_PROXY=http://127.0.0.1:${proxy.address().port}\n`))
// end recipe
