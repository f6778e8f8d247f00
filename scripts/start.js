/**
 * `npm start -- FLAGS`: makes the tree ready, then becomes the server, so that signals reach it directly. The pages are
 * built beside it, after it is ready.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './install.js'
import { prepare } from './prepare.js'

/** The start of a server takes less; were it slower, nothing would break. */
const readyMs = 1500

/** Commands other than `start`, and servers without pages, need none. */
function wantsPages(words) {
  const [first = 'start'] = words
  if (first !== 'start' && !first.startsWith('-')) return false
  if (words.some((word) => ['--help', '-h', '--version', '-V', '--no-pages', '--pages=off'].includes(word)))
    return false
  return !/^(?:false|0|no|off)$/i.test(process.env.RELATA_PAGES ?? '')
}

function buildPagesBehind() {
  const script = join(root, 'scripts', 'build-pages.js')
  const child = spawn(process.execPath, [script, '--behind'], { cwd: root, stdio: ['ignore', 2, 2] })
  // Built or not, the server ends when it is told to.
  child.unref()
  process.on('exit', () => child.kill())
}

const stop = await prepare('start')
if (stop === undefined) {
  const main = join(root, 'dist', 'bin', 'relata.js')
  process.argv[1] = main
  // Without a command `--help` is about all commands; whoever types it here looks for the flags of `start`.
  const [first = ''] = process.argv.slice(2)
  if (first.startsWith('-') && process.argv.some((word) => word === '--help' || word === '-h'))
    process.argv.splice(2, 0, 'start')
  if (wantsPages(process.argv.slice(2))) setTimeout(buildPagesBehind, readyMs).unref()
  await import(pathToFileURL(main).href)
} else {
  process.exitCode = stop
}
