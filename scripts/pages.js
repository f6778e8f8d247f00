/**
 * `npm run build:pages`: installs what the pages (web/) are built with, builds them where they are stale, compresses the
 * files, checks their sizes, and puts them into `web/dist`, all at once. `pages.js --behind` is for `npm start`: a line when
 * it begins and one when it is done, at a lower priority; the server serves the pages from then on.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib'
import { ensureInstalled, root, textOf } from './install.js'
import { checkEnd } from './npm.js'
import { stopping } from './prepare.js'

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

/** `isQuiet`: says nothing when nothing is to be done. */
async function ensurePages(isBehind) {
  const wanted = wantedStamp()
  if (textOf(stamp) === wanted) return
  if (isBehind) setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  writeFileSync(mark, String(process.pid))
  try {
    console.error('building the pages (the first time takes about 40 seconds; the server is ready meanwhile)')
    await ensureInstalled('web')
    const vite = join(web, 'node_modules', 'vite', 'bin', 'vite.js')
    const args = [vite, 'build', '--logLevel', 'error']
    checkEnd('the build of the pages', spawnSync(process.execPath, args, { cwd: web, stdio: ['ignore', 2, 2] }))
    compress(next)
    writeFileSync(join(next, '.stamp'), wanted)
    rmSync(built, { recursive: true, force: true })
    renameSync(next, built)
    console.error('the pages are built')
  } finally {
    rmSync(mark, { force: true })
  }
}

const isBehind = process.argv.includes('--behind')
/** Somebody else is at it. */
const other = Number(textOf(mark) ?? 0)
if (isBehind && other > 0 && existsSync(`/proc/${other}`)) process.exit(0)
process.exitCode = await stopping(() => ensurePages(isBehind))
