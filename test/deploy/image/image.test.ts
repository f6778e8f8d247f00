/**
 * The container image: built from deploy/Dockerfile and run, by Docker or Podman where one answers, else in a folder
 * (folder-image.ts). It fails when the Dockerfile no longer fits the package.
 */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultConfig, settings, variableOf } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { ownVersion } from '#app/version.ts'
import { startRelataContainer } from '#testing/testcontainers.ts'
import { need, root, sender, TS } from '../../crash/built-server.ts'
import { type BuiltImage, type RunningImage, readyLine } from './built-image.ts'
import { buildContainerImage, buildWith, containerProgram, hasBuildah } from './container-image.ts'
import { contextNames, imageFacts, stages, stagesOf } from './dockerfile.ts'
import { buildFolderImage } from './folder-image.ts'

const canRun = process.platform === 'linux' || process.platform === 'darwin'
const program = containerProgram()
const longest = program === undefined ? 240_000 : 900_000
let image: BuiltImage
let place = ''

const httpOf = ({ port }: RunningImage): string => `http://127.0.0.1:${port}`

const signedIn = async (run: RunningImage): Promise<ReturnType<typeof sender>> => {
  const form = {
    grant_type: 'client_credentials',
    client_id: wellKnown.daemon,
    client_secret: wellKnown.secret,
    scope: 'https://graph.microsoft.com/.default',
  }
  const answer = await fetch(`${httpOf(run)}/contoso.example/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  const { access_token } = (await answer.json()) as { access_token: string }
  return sender(httpOf(run), access_token)
}

const groupsOf = async (run: RunningImage): Promise<string[]> => {
  const { value } = need(200, await (await signedIn(run))<{ value: { displayName: string }[] }>('GET', `${TS}/groups`))
  return value.map(({ displayName }) => displayName)
}

describe.runIf(canRun)('the image', { timeout: longest }, () => {
  beforeAll(async () => {
    place = mkdtempSync(join(tmpdir(), 'relata-image-test-'))
    chmodSync(place, 0o755)
    image = program === undefined ? await buildFolderImage() : await buildContainerImage(program)
  }, longest)
  afterAll(async () => {
    await image?.remove()
    rmSync(place, { recursive: true, force: true })
  })

  it('is built and run by a container runtime', ({ skip }) => {
    if (program === undefined) skip('neither Docker nor Podman answers: its steps are run in a folder instead')
  })

  it('is built with all its steps', ({ skip }) => {
    if (image.notDone.length > 0) skip(`not done: ${image.notDone.join('; ')}`)
  })

  it('is built by Buildah', async ({ skip }) => {
    if (!hasBuildah()) skip('buildah is not installed')
    const { code, text } = await buildWith('buildah')
    expect(code, text).toBe(0)
  })

  it('becomes healthy, answers Graph, and ends with 0 when it is stopped', async () => {
    const run = await image.start()
    await run.healthy()
    expect(await groupsOf(run)).not.toEqual([])
    const { text } = await run.exec('node', '-p', 'process.getuid()')
    expect(Number.parseInt(text, 10), text).toBeGreaterThan(0)
    expect((await run.exec('relata', '--version')).text).toContain(await ownVersion())
    expect(await run.stop()).toBe(0)
  })

  it('keeps in its volume what was written, for a user without rights', async () => {
    const first = await image.start({ volume: 'kept' })
    need(201, await (await signedIn(first))('POST', `${TS}/groups`, { displayName: 'Of the first container' }))
    expect(await first.stop()).toBe(0)
    const second = await image.start({ volume: 'kept' })
    expect(await groupsOf(second)).toContain('Of the first container')
    expect(await second.stop()).toBe(0)
    // Another volume has nothing of it.
    const other = await image.start()
    expect(await groupsOf(other)).not.toContain('Of the first container')
    expect(await other.stop()).toBe(0)
  })

  it('ends within the five seconds that stop() gives it, though clients are connected', async () => {
    const run = await image.start({ env: { RELATA_CONTROL: 'any' } })
    const { port } = run
    const open = await new Promise<{ readonly closed: Promise<void> }>((done, fail) => {
      request({ host: '127.0.0.1', port, path: '/_relata/requests/stream', headers: { accept: 'text/event-stream' } })
        .on('response', (answer) => {
          expect(answer.headers['content-type']).toMatch(/^text\/event-stream/)
          answer.resume()
          done({ closed: new Promise((closed) => answer.on('close', closed)) })
        })
        .on('error', fail)
        .end()
    })
    expect(await run.stop()).toBe(0)
    await open.closed
  })

  it('fills its database from /seed, in the order of the names, and writes nothing there', async () => {
    const seed = join(place, 'seed')
    mkdirSync(seed)
    const files = {
      // What adds to a tenant comes after what makes it, which the order of numbers or of time would not do.
      '9-people.json': JSON.stringify({
        tenants: [
          {
            defaultDomain: 'adatum.example',
            people: [{ userPrincipalName: 'tom@adatum.example', displayName: 'Tom' }],
          },
        ],
      }),
      '10-tenant.yaml': [
        'tenants:',
        '  - displayName: Adatum',
        '    defaultDomain: adatum.example',
        '    administrators: [ada@adatum.example]',
      ].join('\n'),
      '20-other.yml': [
        'tenants:',
        '  - displayName: Tailspin',
        '    defaultDomain: tailspin.example',
        '    administrators: [ann@tailspin.example]',
      ].join('\n'),
      'README.md': 'not a seed',
    }
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(seed, name), text)
      chmodSync(join(seed, name), 0o444)
    }
    chmodSync(seed, 0o555)
    try {
      const run = await image.start({ seed, volume: 'seeded' })
      await run.healthy()
      const { code, text } = await run.exec('relata', 'tenant', 'list')
      expect([code, text]).toEqual([0, expect.stringMatching(/adatum\.example[\s\S]*tailspin\.example/)])
      expect(text).not.toContain('contoso')
      const shown = await run.exec('relata', 'tenant', 'show', 'adatum.example')
      expect(shown.code, shown.text).toBe(0)
      expect(readdirSync(seed).sort()).toEqual(Object.keys(files).sort())
      // Only a start reads it: what becomes of the files later is no reason to be unhealthy.
      chmodSync(seed, 0o755)
      writeFileSync(join(seed, 'later.yaml'), 'tenant: []\n')
      await run.healthy()
      expect((await run.exec('relata', 'tenant', 'list')).code).toBe(0)
      expect(await run.stop()).toBe(0)
      // With what it has already, it takes no seed, and reads none.
      const again = await image.start({ volume: 'seeded' })
      expect((await again.exec('relata', 'tenant', 'list')).text).toBe(text)
      expect(await again.stop()).toBe(0)
    } finally {
      chmodSync(seed, 0o755)
    }
  })

  it('says which file of /seed is wrong, and does not start', async () => {
    const seed = join(place, 'wrong')
    mkdirSync(seed)
    writeFileSync(join(seed, 'a.yaml'), 'tenant: []\n')
    await expect(image.start({ seed })).rejects.toThrow(/a\.yaml, which is not a seed/)
  })

  it('opens what asks for no token to programs of the container only, unless RELATA_CONTROL says otherwise', async ({
    skip,
  }) => {
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((one) => one !== undefined && one.family === 'IPv4' && !one.internal)?.address
    if (program === 'podman') skip('some of its networks pass connections of this machine on as those of the container')
    if (program === undefined && outside === undefined) skip('this machine has a loopback interface only')
    const clockOf = ({ port }: RunningImage): Promise<number | undefined> =>
      new Promise((done, fail) => {
        // Whoever comes through a published port is a peer from outside; so is one that calls another address of this machine.
        const host = program === undefined ? outside : '127.0.0.1'
        request({ host, port, path: '/_relata/clock', headers: { host: `localhost:${port}` } })
          .on('response', (answer) => {
            answer.resume()
            done(answer.statusCode)
          })
          .on('error', fail)
          .end()
      })
    const closed = await image.start()
    expect(await clockOf(closed)).toBe(403)
    expect((await closed.exec('relata', 'clock', 'show')).code).toBe(0)
    expect(await closed.stop()).toBe(0)
    const open = await image.start({ env: { RELATA_CONTROL: 'any' } })
    expect(await clockOf(open)).toBe(200)
    expect(await open.stop()).toBe(0)
  })

  it('is what startRelataContainer() starts: its variables, its port and its ready line', async ({
    onTestFinished,
  }) => {
    const runs: RunningImage[] = []
    /** The part of the package `testcontainers` that the module uses, with the image that was built here. */
    class GenericContainer {
      #env: Record<string, string> = {}
      #line = /^$/
      withExposedPorts(port: number): this {
        expect(port).toBe(imageFacts.port)
        return this
      }
      withEnvironment(env: Record<string, string>): this {
        const known = Object.values(settings).map(variableOf)
        for (const variable of Object.keys(env)) expect(known).toContain(variable)
        this.#env = env
        return this
      }
      withWaitStrategy(line: RegExp): this {
        this.#line = line
        return this
      }
      withStartupTimeout(): this {
        return this
      }
      async start() {
        const run = await image.start({ env: this.#env })
        runs.push(run)
        expect(run.out()).toMatch(this.#line)
        return {
          getHost: () => '127.0.0.1',
          getMappedPort: (port: number) => (port === imageFacts.port ? run.port : undefined),
          stop: () => run.stop(),
        }
      }
    }
    const fake = {
      GenericContainer,
      Wait: { forLogMessage: (line: RegExp) => line },
      getContainerRuntimeClient: async () => ({ info: { containerRuntime: { host: '127.0.0.1' } } }),
    }
    const before = process.cwd()
    onTestFinished(() => process.chdir(before))
    const user = join(place, 'user')
    const packageFolder = join(user, 'node_modules', 'testcontainers')
    mkdirSync(packageFolder, { recursive: true })
    writeFileSync(join(user, 'package.json'), '{}')
    writeFileSync(
      join(packageFolder, 'index.js'),
      "module.exports = globalThis[Symbol.for('relata test containers')]\n",
    )
    Object.assign(globalThis, { [Symbol.for('relata test containers')]: fake })
    process.chdir(user)
    const container = await startRelataContainer()
    const relata = await container.startRelata({ seed: 'empty', clock: '2026-05-01T09:00:00Z' })
    expect(relata.url).toContain(`:${runs[0]?.port}`)
    const token = await relata.token()
    const answer = await relata.fetch(`${relata.url}${TS}/groups`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(answer.status).toBe(200)
    expect((await relata.clock.show()).now).toContain('2026-05-01')
    await relata.close()
    await container.stop()
  })
})

describe('the Dockerfile', () => {
  it('copies nothing that the ignore file leaves out', () => {
    const copied = stages.flatMap(({ steps }) =>
      steps.flatMap((step) => (step.kind === 'copy' && step.from === undefined ? step.sources : [])),
    )
    expect(copied.filter((source) => !contextNames().has(source))).toEqual([])
    expect([...contextNames()].filter((name) => !copied.includes(name))).toEqual([])
  })

  it('sets variables that are settings, and not who may use what asks for no token', () => {
    const known = Object.values(settings).map(variableOf)
    const ours = Object.keys(imageFacts.env).filter((name) => name.startsWith('RELATA_'))
    for (const name of ours) expect(known).toContain(name)
    expect(ours).not.toContain('RELATA_CONTROL')
    expect(imageFacts).toMatchObject({ port: defaultConfig.port, volume: imageFacts.env['RELATA_LOCATION'] })
  })

  it('has nothing that a build in a folder would pass over', () => {
    expect(() => stagesOf('FROM a\nADD b c\n')).toThrow('ADD is not known here')
    expect(() => stagesOf('FROM a\nCOPY --chown=1 b c\n')).toThrow('options')
    expect(stagesOf('ARG A=b\nFROM $' + '{A}\nRUN one \\\n  two\n')).toMatchObject([
      { base: 'b', steps: [{ kind: 'run', command: 'one two' }] },
    ])
    expect(readyLine.exec('x\nrelata is ready on https://localhost:12\n')?.[1]).toBe('12')
    expect(readFileSync(join(root, 'src/testing/testcontainers.ts'), 'utf8')).toContain(
      `const port = ${imageFacts.port}\n`,
    )
  })
})
