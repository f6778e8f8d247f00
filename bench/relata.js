/**
 * Relata under the bench: the whole product on a filled database, HTTP and HTTPS on one port.
 * Usage: relata.js LOCATION [URL]; with a URL the rows are in PostgreSQL, and the folder has keys and certificates only.
 */
import { startServer } from '../dist/app/compose.js'
import { defaultConfig } from '../dist/app/config.js'

const [location, databaseUrl] = process.argv.slice(2)
// More than the usual, so that no limit is what is measured.
const limits = { terms: 100_000_000, sets: 1_000_000, termsPerSet: 1_000_000 }
const server = await startServer({ ...defaultConfig, location, databaseUrl, limits, port: 0, silent: true })
process.send?.({ port: Number(new URL(server.origin).port) })
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }))
process.on('disconnect', () => server.close().then(() => process.exit(0)))
