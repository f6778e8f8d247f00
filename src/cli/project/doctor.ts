/** `relata doctor`: what keeps a server from starting here, or its clients from trusting it. Changes nothing. */
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, resolve } from 'node:path'
import { type Config, listenHosts, originFor } from '#app/config.ts'
import { systemClock } from '#base/clock.ts'
import { printable } from '#base/json.ts'
import { fetchFrom } from '../remote/loopback-fetch.ts'
import { say, sayJson, sayTable } from '../remote/shown.ts'
import { listStates } from '../serve/server-state.ts'
import { databaseDiagnosis } from './database-state.ts'
import type { Diagnosis } from './diagnosis.ts'
import { certificateDiagnoses } from './trusted.ts'

const leastNode = [22, 13] as const

function nodeDiagnosis(): Diagnosis {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const isNew = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1])
  const text = `Node ${process.versions.node}`
  return isNew
    ? { what: 'node', how: 'good', text }
    : { what: 'node', how: 'bad', text, tip: `install ${leastNode.join('.')} or newer` }
}

/** Undefined: it is free. */
function portTrouble(port: number, host: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((done) => {
    const server = createServer()
    server.on('error', (error) => done(error))
    server.listen({ port, host, exclusive: true }, () => server.close(() => done(undefined)))
  })
}

async function portDiagnosis(config: Config): Promise<Diagnosis> {
  const { port, location } = config
  const what = 'port'
  if (port === 0) return { what, how: 'good', text: 'a free one is taken at the start' }
  for (const host of listenHosts(config)) {
    const trouble = await portTrouble(port, host)
    // A machine may have no IPv6.
    if (trouble === undefined || (host === '::1' && trouble.code !== 'EADDRINUSE')) continue
    if (trouble.code !== 'EADDRINUSE')
      return { what, how: 'bad', text: trouble.message, tip: 'name another with --port' }
    const own = originFor(config, port)
    if (listStates(location).some(({ url }) => new URL(url).port === String(port)))
      return { what, how: 'good', text: `the server of ${location} answers at ${own}` }
    const isOurs = await fetchFrom(`${own}/ready`, { method: 'GET', headers: {}, body: undefined }).then(
      async (answer) => /"status"/.test(await answer.text()),
      () => false,
    )
    return isOurs
      ? {
          what,
          how: 'warn',
          text: `${port} is in use by another server of Relata`,
          tip: 'relata stop with its --location stops it, and --port 0 takes a free one',
        }
      : {
          what,
          how: 'bad',
          text: `${port} is in use by another program`,
          tip: 'stop it, or use --port 0 to choose a free one',
        }
  }
  return { what, how: 'good', text: `${port} is free` }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

function folderDiagnosis({ location, inMemory, databaseUrl }: Config): Diagnosis {
  const what = 'location'
  const folder = resolve(location)
  const found = statSync(folder, { throwIfNoEntry: false })
  if (found === undefined) {
    let above = dirname(folder)
    while (!existsSync(above)) above = dirname(above)
    const tip = `give this user write access to ${above}, or name another folder with --location`
    return isWritable(above)
      ? { what, how: 'good', text: `${folder} is made at the start` }
      : { what, how: 'bad', text: `${folder} cannot be made`, tip }
  }
  if (!found.isDirectory())
    return { what, how: 'bad', text: `${folder} is no folder`, tip: 'name another with --location' }
  if (!isWritable(folder)) {
    const how = inMemory || databaseUrl !== undefined ? 'warn' : 'bad'
    return { what, how, text: `${folder} is not writable`, tip: `give this user write access to ${folder}` }
  }
  const isOpen = process.platform !== 'win32' && (found.mode & 0o022) !== 0
  return isOpen
    ? { what, how: 'warn', text: `other users can change ${folder}`, tip: `chmod 700 ${folder}` }
    : { what, how: 'good', text: `${folder} is writable` }
}

const proxies = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']

function proxyDiagnosis(environment: Readonly<Record<string, string | undefined>>): Diagnosis {
  const what = 'proxy'
  const set = proxies.filter((name) => (environment[name] ?? '') !== '')
  if (set.length === 0) return { what, how: 'good', text: 'no variable names one' }
  const passed = (environment['NO_PROXY'] ?? environment['no_proxy'] ?? '').split(',').map((name) => name.trim())
  if (passed.includes('localhost') || passed.includes('*'))
    return { what, how: 'good', text: `${set.join(', ')} set, and localhost is in NO_PROXY` }
  return {
    what,
    how: 'warn',
    text: `${set.join(', ')} set: clients ask the proxy for localhost`,
    tip: 'add localhost,127.0.0.1,::1 to NO_PROXY',
  }
}

/** The release of this version cannot lie in the future of a clock that is right. */
const released = Date.parse('2026-11-01T00:00:00Z')

function clockDiagnosis(): Diagnosis {
  const now = systemClock.now()
  const what = 'clock'
  if (now.getTime() >= released) return { what, how: 'good', text: now.toISOString() }
  const tip = 'set the clock of the system: tokens and certificates are valid for a time'
  return { what, how: 'bad', text: `${now.toISOString()} is before this version was released`, tip }
}

function variableDiagnosis(
  environment: Readonly<Record<string, string | undefined>>,
  known: ReadonlySet<string>,
): Diagnosis {
  const what = 'variables'
  const unknown = Object.keys(environment).filter((name) => name.startsWith('RELATA_') && !known.has(name))
  if (unknown.length === 0) return { what, how: 'good', text: 'all that begin with RELATA_ are known' }
  const tip = 'relata start --help names them'
  return { what, how: 'warn', text: `${unknown.map(printable).join(', ')} is no setting, so it has no effect`, tip }
}

export interface DoctorWish {
  readonly config: Config
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Names of variables that have an effect. */
  readonly known: ReadonlySet<string>
  readonly isJson: boolean
}

/** Resolves with the exit code: 1 where something is bad. */
export async function examine({ config, environment, known, isJson }: DoctorWish): Promise<number> {
  const findings: Diagnosis[] = [
    nodeDiagnosis(),
    clockDiagnosis(),
    await portDiagnosis(config),
    folderDiagnosis(config),
    await databaseDiagnosis(config),
    ...certificateDiagnoses(config, environment),
    proxyDiagnosis(environment),
    variableDiagnosis(environment, known),
  ]
  if (isJson) sayJson(findings)
  else {
    sayTable(
      findings.map(({ how, what, text }) => [how, what, text]),
      '',
    )
    const tips = findings.flatMap(({ how, tip }) => (how === 'good' || tip === undefined ? [] : [tip]))
    for (const tip of new Set(tips)) say(`tip: ${printable(tip)}`)
  }
  return findings.some(({ how }) => how === 'bad') ? 1 : 0
}
