/** `npm start -- FLAGS`: makes the tree ready, then becomes the server, so that signals reach it directly. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './install.js'
import { prepare } from './prepare.js'

const stop = await prepare('start')
if (stop === undefined) {
  const main = join(root, 'dist', 'bin', 'relata.js')
  process.argv[1] = main
  // Without a command `--help` is about all commands; whoever types it here looks for the flags of `start`.
  const [first = ''] = process.argv.slice(2)
  if (first.startsWith('-') && process.argv.some((word) => word === '--help' || word === '-h'))
    process.argv.splice(2, 0, 'start')
  await import(pathToFileURL(main).href)
} else {
  process.exitCode = stop
}
