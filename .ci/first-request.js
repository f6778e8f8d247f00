/**
 * `npm start` on a clean checkout, as a newcomer runs it: waits for the ready line, makes a first request that trusts
 * the certificate authority in the location, and stops the server. Exits with 1 where any of this does not succeed.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const longestMillis = 300_000
const isWindows = process.platform === 'win32'
const location = mkdtempSync(join(tmpdir(), 'relata-first-request-'))

/** Resolves with the address of the server. */
function readyLineOf(child) {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said += text
      const address = /^relata is ready on (\S+)$/m.exec(said)?.[1]
      if (address !== undefined) resolve(address)
    })
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`npm start ended with ${code} before it was ready\n${said}`)))
    setTimeout(() => reject(new Error(`no ready line after ${longestMillis} ms\n${said}`)), longestMillis).unref()
  })
}

/** Resolves with the parsed body; rejects where the status is not 200. */
function jsonAt(url, { body, headers = {} } = {}) {
  const ca = readFileSync(join(location, 'ca.pem'))
  return new Promise((resolve, reject) => {
    const sent = request(url, { ca, headers, method: body === undefined ? 'GET' : 'POST' }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part) => {
        text += part
      })
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve(JSON.parse(text))
        else reject(new Error(`${url}: ${answer.statusCode} ${text}`))
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** npm, its shell and the server: a signal to npm alone does not reach the server everywhere. */
function stop(child) {
  if (child.exitCode !== null || child.pid === undefined) return Promise.resolve()
  const ended = new Promise((resolve) => child.on('close', resolve))
  if (isWindows) spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F'])
  else process.kill(-child.pid, 'SIGTERM')
  return ended
}

const began = performance.now()
const child = spawn('npm', ['start', '--', '--port', '0', '--location', location], {
  stdio: ['ignore', 'pipe', 'inherit'],
  shell: isWindows,
  detached: !isWindows,
})
try {
  const origin = await readyLineOf(child)
  console.log(`ready after ${Math.round(performance.now() - began)} ms`)
  const { access_token: token } = await jsonAt(`${origin}/contoso.example/oauth2/v2.0/token`, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: '4e1a7a00-0000-4000-8000-00000000a99d',
      client_secret: 'relata-local-secret',
      scope: 'https://graph.microsoft.com/.default',
    }).toString(),
  })
  const groups = await jsonAt(`${origin}/v1.0/termStore/groups`, { headers: { authorization: `Bearer ${token}` } })
  console.log(`first request: ${groups.value.length} groups`)
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  await stop(child)
  rmSync(location, { recursive: true, force: true })
}
