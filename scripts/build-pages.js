/**
 * `npm run build:pages`. With `--behind`, as `npm start` calls it beside a server that is ready: at a lower priority, and
 * where it fails, the server goes on without pages.
 */
import { constants, setPriority } from 'node:os'
import { ensurePages } from './pages.js'
import { stopping } from './prepare.js'

if (process.argv.includes('--behind')) setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
process.exitCode = await stopping(ensurePages)
