/** What is in `integrations/`: its shell steps are run, and its files are compared with the published schemas where these are at hand. */
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import Ajv from 'ajv'
import Ajv2020 from 'ajv/dist/2020.js'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { defaultConfig, settings, variableOf } from '#app/config.ts'
import { dataBeside } from '../_support/data-beside.ts'
import { build, root } from '../crash/built-server.ts'
import { imageFacts } from './image/dockerfile.ts'

const at = (...names: string[]): string => join(root, 'integrations', ...names)
const text = (...names: string[]): string => readFileSync(at(...names), 'utf8')
const canRun = process.platform !== 'win32' && spawnSync('npm', ['--version']).status === 0

const folder = mkdtempSync(join(tmpdir(), 'relata-integrations-'))
beforeAll(() => build(), 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const environment = (more: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(RELATA_|npm_|NODE_EXTRA|NODE_OPTIONS)/.test(name)),
  ),
  npm_config_offline: 'true',
  ...more,
})

const bash = async (script: string, more: Readonly<Record<string, string>>): Promise<string> =>
  (await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder, env: environment(more) }))
    .stdout

/** Each line of a file of GitHub's: `name=value`. */
const linesIn = (file: string): Record<string, string> =>
  Object.fromEntries(
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
  )

const isAlive = async (url: string): Promise<number> =>
  (await fetch(`${url.replace('https://localhost', 'http://127.0.0.1')}/alive`)).status

describe('the integrations', () => {
  beforeEach(({ skip }) => {
    if (!canRun) skip('npm or bash is not installed')
  })

  it('start a server in a workflow, and tell the steps that follow', { timeout: 180_000 }, async () => {
    const { runs, inputs, outputs } = parse(text('github-action', 'action.yml'))
    const [step] = runs.steps
    const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_ENV: join(folder, 'env') }
    for (const file of Object.values(files)) writeFileSync(file, '')
    // As the runner fills in the inputs that a workflow does not give.
    const given = Object.fromEntries(
      Object.entries(step.env as Record<string, string>).map(([name, value]) => {
        const input = /^\$\{\{ inputs\.(\w+) \}\}$/.exec(value)?.[1] ?? ''
        return [
          name,
          input === 'package' ? root : input === 'flags' ? '--max-terms 100' : (inputs[input].default as string),
        ]
      }),
    )
    const more = { ...given, ...files, RUNNER_TEMP: folder, GITHUB_ACTION_PATH: at('github-action') }
    try {
      expect(await bash(step.run, more)).toMatch(/^relata is ready on https:\/\/localhost:\d+$/m)
      const { url = '', ca = '' } = linesIn(files.GITHUB_OUTPUT)
      expect(Object.keys(outputs)).toEqual(['url', 'ca'])
      expect(linesIn(files.GITHUB_ENV)).toEqual({ RELATA_URL: url, RELATA_CA: ca, NODE_EXTRA_CA_CERTS: ca })
      expect(await isAlive(url)).toBe(200)
      expect(readFileSync(ca, 'utf8')).toContain('BEGIN CERTIFICATE')
      // What the next step would do.
      const next = `node -e 'fetch(process.env.RELATA_URL + "/_relata/info").then(({ status }) => console.log(status))'`
      expect(await bash(next, linesIn(files.GITHUB_ENV))).toBe('200\n')
    } finally {
      await bash(
        `'${process.execPath}' '${join(root, 'dist/bin/relata.js')}' stop --location '${join(folder, 'relata', 'location')}'`,
        {},
      )
    }
  })

  it('install a server in a development container, and start it', { timeout: 180_000 }, async () => {
    const feature = JSON.parse(text('devcontainer', 'relata', 'devcontainer-feature.json'))
    const [prefix, location] = [join(folder, 'global'), join(folder, 'state')]
    mkdirSync(prefix)
    const path = { PATH: `${join(prefix, 'bin')}:${process.env['PATH']}`, npm_config_prefix: prefix }
    // The folder of the container is another one here.
    expect(feature.containerEnv.RELATA_LOCATION).toBe('/var/lib/relata')
    const inside = {
      ...feature.containerEnv,
      ...path,
      RELATA_LOCATION: location,
      RELATA_PORT: '0',
      NODE_EXTRA_CA_CERTS: '',
    }
    await bash(`sh '${at('devcontainer', 'relata', 'install.sh')}'`, {
      ...path,
      PACKAGE: root,
      RELATA_LOCATION: location,
    })
    expect(statSync(location).mode & 0o777).toBe(0o700)
    try {
      const said = await bash(feature.postStartCommand, inside)
      const url = /^relata is ready on (https:\S+)$/m.exec(said)?.[1] ?? ''
      expect(await isAlive(url)).toBe(200)
      expect(existsSync(join(location, feature.containerEnv.RELATA_CA.split('/').at(-1)))).toBe(true)
    } finally {
      await bash('relata stop', inside)
    }
  })

  it('send what a proxy sees to Relata, under the same path', () => {
    const preset = JSON.parse(text('dev-proxy', 'relata.json'))
    const { rewrites } = JSON.parse(text('dev-proxy', preset.relata.rewritesFile))
    const sentTo = (url: string): string =>
      rewrites.reduce(
        (known: string, rule: { in: { url: string }; out: { url: string } }) =>
          known.replace(new RegExp(rule.in.url), rule.out.url),
        url,
      )
    expect(sentTo('https://graph.microsoft.com/v1.0/sites/root/termStore?$select=id')).toBe(
      'https://localhost:4365/v1.0/sites/root/termStore?$select=id',
    )
    expect(sentTo('https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token')).toBe(
      'https://localhost:4365/contoso.example/oauth2/v2.0/token',
    )
    expect(sentTo('https://graph.microsoft.com.example/v1.0/me')).toBe('https://graph.microsoft.com.example/v1.0/me')
  })
})

describe('the integrations agree with the program and its image:', () => {
  /** What clients read, which is no setting of the server. */
  const ofClients = ['RELATA_URL', 'RELATA_CA']
  const places = [
    'integrations/github-action/start.sh',
    'integrations/devcontainer/relata/devcontainer-feature.json',
    'integrations/devcontainer/relata/install.sh',
    'deploy/compose.yaml',
    'deploy/compose.registry.yaml',
    'src/testing/testcontainers.ts',
  ]
  const known = new Set([...Object.values(settings).map(variableOf), ...ofClients])

  it.each(places)('%s names variables that there are', (path) => {
    const names = readFileSync(join(root, path), 'utf8').match(/\bRELATA_\w+/g) ?? []
    expect(names).not.toEqual([])
    for (const name of names) expect(known).toContain(name.replace(/_FILE$/, ''))
  })

  it('one port', () => {
    const port = `localhost:${imageFacts.port}`
    const feature = JSON.parse(text('devcontainer', 'relata', 'devcontainer-feature.json'))
    expect(feature.description).toContain(`https://${port} `)
    // It is started with the port it has unless somebody says otherwise.
    expect(feature.containerEnv).not.toHaveProperty('RELATA_PORT')
    expect(feature.postStartCommand).not.toContain('--port')
    const { rewrites } = JSON.parse(text('dev-proxy', 'relata-rewrites.json'))
    for (const { out } of rewrites) expect(out.url).toBe(`https://${port}/$1`)
    expect(imageFacts.port).toBe(defaultConfig.port)
  })

  it('the image leaves to whoever publishes its port what these open', () => {
    const feature = JSON.parse(text('devcontainer', 'relata', 'devcontainer-feature.json')).containerEnv
    const start = text('github-action', 'start.sh')
    const module = readFileSync(join(root, 'src/testing/testcontainers.ts'), 'utf8')
    expect(feature).toMatchObject({ RELATA_CONTROL: 'any', RELATA_ALLOWED_HOST: 'host.docker.internal' })
    for (const said of [start, module]) {
      expect(said).toMatch(/RELATA_CONTROL.{0,24}any/)
      expect(said).toMatch(/RELATA_ALLOWED_HOST.{0,32}host\.docker\.internal/)
    }
    expect(Object.keys(imageFacts.env)).not.toContain('RELATA_CONTROL')
  })
})

describe('the integrations are what their schemas allow:', () => {
  it.for<[string, () => unknown]>([
    ['github-action.json', () => parse(text('github-action', 'action.yml'))],
    ['devContainerFeature.schema.json', () => JSON.parse(text('devcontainer', 'relata', 'devcontainer-feature.json'))],
    ['dev-proxy-rc.schema.json', () => JSON.parse(text('dev-proxy', 'relata.json'))],
    ['dev-proxy-rewriteplugin.schema.json', () => JSON.parse(text('dev-proxy', 'relata.json')).relata],
    ['dev-proxy-rewritesfile.schema.json', () => JSON.parse(text('dev-proxy', 'relata-rewrites.json'))],
  ])('%s', ([name, read], { skip }) => {
    const { url, missing } = dataBeside(`integrations/${name}`)
    if (missing !== undefined) skip(missing)
    const schema = JSON.parse(readFileSync(url, 'utf8'))
    const options = { strict: false, validateFormats: false }
    const ajv = schema.$schema.includes('2020-12') ? new Ajv2020.default(options) : new Ajv.default(options)
    const isValid = ajv.compile(schema)
    expect(isValid(read()) ? [] : isValid.errors).toEqual([])
  })
})
