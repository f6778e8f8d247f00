/** `npm start -- FLAGS`: makes the tree ready, then becomes the server, so that signals reach it directly. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { prepare, root } from './prepare.js'

const stop = await prepare()
if (stop === undefined) {
  const main = join(root, 'dist', 'bin', 'relata.js')
  process.argv[1] = main
  await import(pathToFileURL(main).href)
} else {
  process.exitCode = stop
}
