/** Relata under the bench: the whole product on a copy of the filled database, HTTP and HTTPS on one port. */
import { startServer } from '../dist/app/compose.js'
import { defaultConfig } from '../dist/app/config.js'

const [location] = process.argv.slice(2)
const server = await startServer({ ...defaultConfig, location, port: 0, silent: true })
process.send?.({ port: Number(new URL(server.origin).port) })
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }))
process.on('disconnect', () => server.close().then(() => process.exit(0)))
