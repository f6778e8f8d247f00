/**
 * `precompile.js FOLDER`: keeps what V8 compiles of the bundle for a start, beside each chunk (launch.js). A function is
 * compiled when it is first called, so the program is started: once to make its keys and database, then to be recorded,
 * with a sign-in and a read, as the first requests of a server would otherwise compile what they need.
 * Compiled code holds the path of its source, for stack traces: run this where the bundle is to stay.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const self = fileURLToPath(import.meta.url)
const longestMillis = 60_000

/** A sign-in of the demo data's daemon, with its well-known secret (docs/sign-in.md), and a read. */
const ask = async (origin) => {
  const client = { client_id: '4e1a7a00-0000-4000-8000-00000000a99d', client_secret: 'relata-local-secret' }
  const wish = { grant_type: 'client_credentials', scope: 'https://graph.microsoft.com/.default', ...client }
  const signIn = { method: 'POST', body: new URLSearchParams(wish) }
  const token = await (await fetch(`${origin}/contoso.example/oauth2/v2.0/token`, signIn)).json()
  const headers = { authorization: `Bearer ${token.access_token}` }
  const read = await fetch(`${origin}/v1.0/sites/root/termStore/groups`, { headers })
  if (!read.ok) throw new Error(`a read while compiling was answered ${read.status}: ${await read.text()}`)
  await read.text()
}

/** Starts the program in this process, and stops it when it is ready and has answered. */
const start = (program, location, isKept) => {
  process.argv = [process.execPath, program, 'start', '--config', 'none', '--location', location, '--port', '0']
  process.stdout.write = (text) => {
    const port = /relata is ready on \S+:(\d+)/.exec(String(text))?.[1]
    if (port === undefined) return true
    // In the clear: of TLS, the server's own request has used everything. What is not asked is compiled when it is.
    const asked = isKept ? ask(`http://127.0.0.1:${port}`).catch(console.error) : Promise.resolve()
    void asked.then(() => process.emit('SIGTERM', 'SIGTERM'))
    return true
  }
  const { compiled, codeFileOf, sealed } = createRequire(program)(program)
  process.on('exit', (code) => {
    if (code !== 0 || !isKept) return
    for (const [file, script] of compiled)
      writeFileSync(codeFileOf(file), sealed(readFileSync(file), script.createCachedData()))
  })
}

/** The settings of whoever builds are not for this. */
const environment = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(RELATA_|PORT$|HOST$|NODE_OPTIONS$)/.test(name)))

/** Not where the program cannot start here: then each start compiles. */
const precompile = (folder) => {
  const location = mkdtempSync(join(tmpdir(), 'relata-precompile-'))
  const options = { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', env: environment(), timeout: longestMillis }
  try {
    for (const wish of ['make', 'keep']) {
      const args = [self, resolve(folder, 'relata.js'), location, wish]
      const { status, stderr } = spawnSync(process.execPath, args, options)
      if (status === 0) continue
      // Why it refuses to start it says again to whoever starts it.
      if (stderr.startsWith('relata: ')) return
      return console.error(`not compiled beforehand, so starts are slower: ${stderr}`)
    }
  } finally {
    rmSync(location, { recursive: true, force: true })
  }
}

const [first, location, wish] = process.argv.slice(2)
if (wish === undefined) precompile(first)
else start(first, location, wish === 'keep')
