/**
 * Builds the pages (web/) where they are stale: installs what they are built with, compresses the files, and puts them into
 * `web/dist`, all at once, with the licences of what is in them. A server that runs serves them from then on.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib'
import { ensureInstalled, root, textOf } from './install.js'
import { checkEnd, isRunning, Stop } from './npm.js'
import { noticesOf } from './third-party.js'

const web = join(root, 'web')
const built = join(web, 'dist')
const next = join(web, 'dist.next')
const stamp = join(built, '.stamp')
/** While it is there, the server says that the pages are being built. It holds the id of the process. */
const mark = join(web, '.building')

/** What the pages are made from. */
function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

function wantedStamp() {
  const hash = createHash('sha256')
  const configs = ['index.html', 'redirect.html', 'package-lock.json', 'vite.config.ts', 'tsconfig.json']
  const files = [
    ...configs.map((name) => join(web, name)),
    ...filesOf(join(web, 'src')),
    ...filesOf(join(web, 'public')),
    join(root, 'scripts', 'pages.js'),
  ]
  for (const path of files.sort())
    hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0')
  return hash.digest('hex')
}

/** Beside each file that shrinks: as gzip and as Brotli. */
function compress(folder) {
  for (const path of filesOf(folder).filter((name) => /\.(?:js|css|html|svg|json)$/.test(name))) {
    const bytes = readFileSync(path)
    if (bytes.length < 512) continue
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
    const params = { [zlib.BROTLI_PARAM_SIZE_HINT]: bytes.length, [zlib.BROTLI_PARAM_QUALITY]: 9 }
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }))
  }
}

/** Two at once would take each other's files away. */
function checkAlone() {
  const pid = Number(textOf(mark) ?? 0)
  if (isRunning(pid)) throw new Stop(`Process ${pid} is building the pages. Try again when it has ended.`)
}

async function build(wanted) {
  writeFileSync(mark, String(process.pid))
  try {
    await ensureInstalled('web')
    const vite = join(web, 'node_modules', 'vite', 'bin', 'vite.js')
    const args = [vite, 'build', '--logLevel', 'error']
    checkEnd('the build of the pages', spawnSync(process.execPath, args, { cwd: web, stdio: ['ignore', 2, 2] }))
    // Left by vite.config.ts.
    const modules = join(next, 'modules.json')
    writeFileSync(join(next, 'THIRD-PARTY.txt'), noticesOf(JSON.parse(readFileSync(modules, 'utf8'))))
    rmSync(modules)
    compress(next)
    writeFileSync(join(next, '.stamp'), wanted)
    rmSync(built, { recursive: true, force: true })
    renameSync(next, built)
  } finally {
    rmSync(mark, { force: true })
  }
}

/** Says so when it builds. Returns whether it did. Throws `Stop`. */
export async function ensurePages() {
  const wanted = wantedStamp()
  if (textOf(stamp) === wanted) return false
  checkAlone()
  console.error('building the pages (the first time takes about 40 seconds)')
  await build(wanted)
  console.error('the pages are built')
  return true
}
