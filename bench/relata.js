/**
 * Relata under the bench: the whole product on a filled database, HTTP and HTTPS on one port.
 * Usage: relata.js LOCATION [URL] [--no-chain]; with a URL the rows are in PostgreSQL, and the folder has keys and
 * certificates only. Without the chain the log gets no links, which no setting does: it is there to be compared with.
 */
import { parseArgs } from 'node:util'
import { startServer } from '../dist/app/compose.js'
import { defaultConfig } from '../dist/app/config.js'
import { wellKnown } from '../dist/app/seed/seed-data.js'
import { ChainKeeper } from '../dist/notify/audit/keeper.js'

const { positionals, values } = parseArgs({ allowPositionals: true, options: { 'no-chain': { type: 'boolean' } } })
const [location, databaseUrl] = positionals
if (values['no-chain']) ChainKeeper.prototype.wake = () => undefined
// More than the usual, so that no limit is what is measured.
const limits = { terms: 100_000_000, sets: 1_000_000, termsPerSet: 1_000_000 }
const server = await startServer({ ...defaultConfig, location, databaseUrl, limits, port: 0, silent: true })
const { audit } = server.parts

/** How many links the chain has; `settle`: when all that was written has one. */
const chain = async (settles) => {
  if (settles) await audit.settle(wellKnown.contoso)
  return (await audit.status(wellKnown.contoso)).newest.n
}

const answers = {
  cpu: () => ({ cpu: process.cpuUsage() }),
  links: async () => ({ links: await chain(false) }),
  settle: async () => ({ links: await chain(true) }),
}
process.send?.({ port: Number(new URL(server.origin).port) })
process.on('message', async (word) => process.send?.(await answers[word]()))
process.on('disconnect', () => server.close().then(() => process.exit(0)))
