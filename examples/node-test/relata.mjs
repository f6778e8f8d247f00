/** Starts the package `relata` for a test run, on a free port and in memory. */
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The program of the package that is installed beside this file; in a clone, what `npm run build` has made. */
function programOfPackage() {
  const load = createRequire(import.meta.url)
  const manifest = load.resolve('relata/package.json')
  return join(dirname(manifest), load(manifest).bin.relata)
}

/** Resolves with the address when the server is ready; `stop` ends it. */
export async function startRelata() {
  const args = [programOfPackage(), 'start', '--in-memory', '--silent', '--port', '0']
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => server.on('close', resolve))
  const origin = await new Promise((resolve, reject) => {
    server.stdout.setEncoding('utf8').on('data', (text) => {
      const ready = /relata is ready on https:\/\/localhost:(\d+)/.exec(text)
      // Plain HTTP works on the same port, so that a test has no certificate to trust.
      if (ready) resolve(`http://localhost:${ready[1]}`)
    })
    server.on('error', reject)
    ended.then((code) => reject(new Error(`relata ended with ${code}`)))
  })
  return {
    origin,
    stop: () => {
      server.kill()
      return ended
    },
  }
}

/** A token of the seeded application that may do everything in Contoso. */
export async function tokenFrom(origin) {
  const answer = await fetch(`${origin}/contoso.example/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: '4e1a7a00-0000-4000-8000-00000000a99d',
      client_secret: 'relata-local-secret',
      scope: 'https://graph.microsoft.com/.default',
    }),
  })
  return (await answer.json()).access_token
}
