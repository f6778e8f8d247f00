/** Builds deploy/Dockerfile with Docker or Podman, and runs it in containers without rights that publish to this machine only. */
import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { root } from '../../crash/built-server.ts'
import { type BuiltImage, type RunningImage, type RunWish, readyLine, type Said } from './built-image.ts'
import { imageFacts } from './dockerfile.ts'

const answers = (program: string, ...args: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore', timeout: 20_000 }).status === 0

/** The program that runs containers here; `buildah` alone can only build. */
export const containerProgram = (): 'docker' | 'podman' | undefined =>
  (['docker', 'podman'] as const).find((program) => answers(program, 'ps', '--quiet'))

export const hasBuildah = (): boolean => answers('buildah', 'version')

const name = `relata-test-${process.pid}`

const buildArguments = ['build', '--file', join(root, 'deploy', 'Dockerfile'), '--tag', name]

/** Resolves to its exit code and what it printed. It alone runs nothing that publishes a port, so it only builds. */
export const buildWith = (program: 'buildah'): Promise<Said> => said(program, [...buildArguments, root])

/** What the program printed; rejects with it where it failed. */
const asked = async (program: string, args: readonly string[]): Promise<string> =>
  (await promisify(execFile)(program, args, { maxBuffer: 64 << 20, cwd: root })).stdout.trim()

const said = async (program: string, args: readonly string[]): Promise<Said> => {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, { cwd: root })
    return { code: 0, text: stdout + stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, text: stdout + stderr }
  }
}

class RunningContainer implements RunningImage {
  readonly port: number
  readonly #program: string
  readonly #id: string
  #out = ''

  constructor(program: string, id: string, port: number) {
    this.port = port
    this.#program = program
    this.#id = id
  }

  out(): string {
    return this.#out
  }

  async #read(): Promise<void> {
    this.#out = (await said(this.#program, ['logs', this.#id])).text
  }

  async #state(path: string): Promise<string> {
    return asked(this.#program, ['inspect', '--format', `{{.State.${path}}}`, this.#id])
  }

  async ready(): Promise<void> {
    for (;;) {
      await this.#read()
      if (readyLine.test(this.#out)) return
      if ((await this.#state('Running')) !== 'true') throw new Error(`it ended: ${this.#out}`)
      await sleep(200)
    }
  }

  async #isHealthy(): Promise<boolean> {
    // Podman looks by itself only where systemd has timers for it.
    if (this.#program === 'podman') return (await said(this.#program, ['healthcheck', 'run', this.#id])).code === 0
    return (await this.#state('Health.Status')) === 'healthy'
  }

  async healthy(): Promise<void> {
    while (!(await this.#isHealthy())) {
      if ((await this.#state('Running')) !== 'true') throw new Error('it ended')
      await sleep(500)
    }
  }

  exec(...command: readonly string[]): Promise<Said> {
    return said(this.#program, ['exec', this.#id, ...command])
  }

  async stop(): Promise<number | null> {
    await asked(this.#program, ['stop', '-t', '5', this.#id])
    await this.#read()
    return Number(await this.#state('ExitCode'))
  }
}

const runArguments = ({ args = [], env = {}, seed }: RunWish, volume: string): string[] => [
  ...['run', '--detach', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL'],
  ...['--security-opt', 'no-new-privileges', '--publish', `127.0.0.1::${imageFacts.port}`],
  ...['--volume', `${volume}:${imageFacts.volume}`],
  ...(seed === undefined ? [] : ['--volume', `${seed}:/seed:ro`]),
  ...Object.entries(env).flatMap(([variable, value]) => ['--env', `${variable}=${value}`]),
  name,
  ...args,
]

export const buildContainerImage = async (program: 'docker' | 'podman'): Promise<BuiltImage> => {
  // Podman keeps a health check only in images of Docker's form.
  await asked(program, [...buildArguments, ...(program === 'podman' ? ['--format', 'docker'] : []), root])
  const containers: string[] = []
  const volumes = new Set<string>()
  return {
    notDone: [],
    start: async (wish = {}) => {
      const volume = `${name}-${wish.volume ?? containers.length}`
      volumes.add(volume)
      const id = await asked(program, runArguments(wish, volume))
      containers.push(id)
      const published = await asked(program, ['port', id, `${imageFacts.port}/tcp`])
      const run = new RunningContainer(program, id, Number(/:(\d+)$/m.exec(published)?.[1]))
      await run.ready()
      return run
    },
    remove: async () => {
      if (containers.length > 0) await said(program, ['rm', '--force', ...containers])
      if (volumes.size > 0) await said(program, ['volume', 'rm', '--force', ...volumes])
      await said(program, ['image', 'rm', '--force', name])
    },
  }
}
