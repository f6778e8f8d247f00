/** `npm run build`: installs and compiles, each only when stale. */
import { prepare } from './prepare.js'

process.exitCode = (await prepare('start')) ?? 0
