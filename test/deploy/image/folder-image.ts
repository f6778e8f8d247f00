/**
 * Builds deploy/Dockerfile without a container runtime: each stage is a folder, paths in it are below that folder, COPY and
 * RUN do there what they do in an image. What runs of it has its ENV and nothing else, and is a user without rights.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../_support/free-port.ts'
import { root } from '../../crash/built-server.ts'
import { type BuiltImage, type RunningImage, type RunWish, readyLine, type Said } from './built-image.ts'
import { contextNames, imageFacts, type Stage, type Step, stages } from './dockerfile.ts'

/** What waits longer has failed. */
const startMs = 60_000
const isRoot = process.getuid?.() === 0

/** Absolute paths in a command, below the folder of the stage. */
const moved = (command: string, folder: string): string =>
  command.replaceAll(/(?<=^|[\s=:"'])\/(?=[\w.])/g, `${folder}/`)

/** Of Node's image there are `node` and a file system with few folders. */
const layBase = (folder: string): void => {
  for (const path of ['usr/local/bin', 'tmp', 'root', 'home/node']) mkdirSync(join(folder, path), { recursive: true })
  chmodSync(join(folder, 'tmp'), 0o777)
  const node = join(folder, 'usr/local/bin/node')
  try {
    linkSync(process.execPath, node)
  } catch {
    copyFileSync(process.execPath, node)
  }
  // Those on the way to it are private.
  chmodSync(folder, 0o755)
}

class StageFolder {
  readonly folder: string
  readonly notDone: string[] = []
  #work = '/'

  constructor(folder: string) {
    this.folder = folder
    mkdirSync(folder)
    layBase(folder)
  }

  at(path: string): string {
    return join(this.folder, resolve(this.#work, path))
  }

  do(step: Step, foldersOf: ReadonlyMap<string, StageFolder>): void {
    if (step.kind === 'run') this.#run(step.command)
    else if (step.kind === 'copy') this.#copy(step, foldersOf)
    else {
      this.#work = resolve(this.#work, step.path)
      mkdirSync(this.at('.'), { recursive: true })
    }
  }

  #copy({ from, sources, to }: Extract<Step, { kind: 'copy' }>, foldersOf: ReadonlyMap<string, StageFolder>): void {
    const isFolder = to.endsWith('/') || sources.length > 1
    for (const source of sources) {
      if (from === undefined && !contextNames().has(source))
        throw new Error(`COPY ${source}: the ignore file leaves it out`)
      const path = from === undefined ? join(root, source) : foldersOf.get(from)?.at(source)
      if (path === undefined) throw new Error(`COPY --from=${from}: there is no such stage`)
      const target = isFolder ? join(this.at(to), basename(source)) : this.at(to)
      mkdirSync(dirname(target), { recursive: true })
      // Files copied into an image belong to root, and the modes of a tree that only its owner reads are no reason to fail.
      cpSync(path, target, { recursive: true })
      execFileSync('chmod', ['-R', 'a+rX', target])
    }
  }

  /** What needs root is left out where nobody is root. */
  #run(command: string): void {
    const parts = command.split('&&').map((part) => part.trim())
    const possible = parts.filter((part) => isRoot || !part.startsWith('chown '))
    this.notDone.push(...parts.filter((part) => !possible.includes(part)).map((part) => `${part}: needs root`))
    const path = [this.at('/usr/local/bin'), dirname(process.execPath), process.env['PATH']].join(':')
    const env = {
      PATH: path,
      HOME: this.at('/root'),
      // Nothing is loaded from elsewhere during tests: all of it has been installed before.
      npm_config_offline: 'true',
      npm_config_cache: execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8', cwd: root }).trim(),
    }
    if (/^npm install --prefix web /.test(command)) {
      // Half a gigabyte, which is there already.
      this.notDone.push(`${command}: the packages of this tree were taken`)
      symlinkSync(join(root, 'web', 'node_modules'), this.at('web/node_modules'))
      return
    }
    const script = `umask 022; ${moved(possible.join(' && '), this.folder)}`
    try {
      execFileSync('sh', ['-euc', script], { cwd: this.at('.'), env, stdio: 'pipe', encoding: 'utf8' })
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string }
      if (!/^npm install /.test(command) || !/ENOTCACHED/.test(stderr))
        throw new Error(`RUN ${command}\n${stdout}${stderr}`)
      // They were installed here without leaving a copy that can be installed elsewhere.
      this.notDone.push(`${command}: npm's cache lacks packages, so those of this tree were taken`)
      symlinkSync(join(root, 'node_modules'), this.at('node_modules'))
    }
  }
}

interface Mounted {
  readonly folder: string
  /** Path in the image → folder of this machine. */
  readonly mounts: Readonly<Record<string, string>>
}

const insideOf =
  ({ folder, mounts }: Mounted) =>
  (path: string): string => {
    if (!path.startsWith('/')) return path
    const [at, place] = Object.entries(mounts).find(([name]) => path === name || path.startsWith(`${name}/`)) ?? [
      '',
      folder,
    ]
    return join(place, path.slice(at.length))
  }

/** Another user where there is one to give its rights to: that of the image. */
const asUser = (): { uid?: number; gid?: number } => {
  const [uid, gid] = imageFacts.user.split(':').map(Number)
  return isRoot && uid !== undefined && gid !== undefined ? { uid, gid } : {}
}

const running = new Set<ChildProcess>()

const spawned = (mounted: Mounted, wish: RunWish, port: number, command: readonly string[]): ChildProcess => {
  const inside = insideOf(mounted)
  const all = { ...imageFacts.env, ...wish.env }
  const env = {
    PATH: ['/usr/local/bin', '/usr/bin', '/bin'].map((path) => join(mounted.folder, path)).join(':'),
    HOME: inside('/home/node'),
    TMPDIR: inside('/tmp'),
    ...Object.fromEntries(Object.entries(all).map(([name, value]) => [name, inside(value)])),
    // That of the image may be taken on this machine.
    RELATA_PORT: `${port}`,
  }
  const [program = '', ...args] = command.map(inside)
  const options = { ...asUser(), env, cwd: mounted.folder, stdio: ['ignore', 'pipe', 'pipe'] as const }
  const found = program.includes('/') ? program : join(mounted.folder, 'usr/local/bin', program)
  const child = spawn(found, args, { ...options, stdio: [...options.stdio] })
  running.add(child)
  child.on('close', () => running.delete(child))
  return child
}

/** Ends, and what it has printed. */
const followed = (child: ChildProcess): { readonly ended: Promise<Said>; readonly out: () => string } => {
  let text = ''
  const read = (part: string): void => {
    text += part
  }
  child.stdout?.setEncoding('utf8').on('data', read)
  child.stderr?.setEncoding('utf8').on('data', read)
  const ended = new Promise<Said>((done, fail) => {
    child.on('error', fail)
    child.on('close', (code) => done({ code, text }))
  })
  return { ended, out: () => text }
}

class RunningFolder implements RunningImage {
  readonly port: number
  readonly #mounted: Mounted
  readonly #wish: RunWish
  readonly #child: ChildProcess
  readonly #followed: ReturnType<typeof followed>

  constructor(mounted: Mounted, wish: RunWish, port: number) {
    this.port = port
    this.#mounted = mounted
    this.#wish = wish
    this.#child = spawned(mounted, wish, port, [...imageFacts.entrypoint, ...(wish.args ?? [])])
    this.#followed = followed(this.#child)
  }

  out(): string {
    return this.#followed.out()
  }

  async ready(): Promise<void> {
    let end: Said | undefined
    this.#followed.ended.then(
      (said) => {
        end = said
      },
      (error: Error) => {
        end = { code: null, text: error.message }
      },
    )
    const latest = Date.now() + startMs
    while (!readyLine.test(this.out())) {
      if (end !== undefined) throw new Error(`it ended with ${end.code}: ${end.text}`)
      if (Date.now() > latest) throw new Error(`it is not ready after ${startMs} ms: ${this.out()}`)
      await sleep(20)
    }
  }

  exec(...command: readonly string[]): Promise<Said> {
    return followed(spawned(this.#mounted, this.#wish, this.port, command)).ended
  }

  async healthy(): Promise<void> {
    const latest = Date.now() + startMs
    for (;;) {
      const { code, text } = await this.exec(...imageFacts.health)
      if (code === 0) return
      if (this.#child.exitCode !== null || Date.now() > latest)
        throw new Error(`it is not healthy: ${this.out()}${text}`)
      await sleep(100)
    }
  }

  async stop(): Promise<number | null> {
    this.#child.kill(imageFacts.stopSignal)
    const force = setTimeout(() => this.#child.kill('SIGKILL'), 5000)
    const { code } = await this.#followed.ended
    clearTimeout(force)
    return code
  }
}

/** A new volume has what the image has there, with its owner. */
const volumeIn = (folder: string, path: string): string => {
  execFileSync('cp', ['-a', join(folder, imageFacts.volume), path])
  return path
}

/** As in a container whose file system cannot be written: only the volume and the folder for temporary files can. */
const lock = (folder: string): void => {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory() && basename(path) !== 'tmp') chmodSync(path, statSync(path).mode & ~0o222)
  }
  chmodSync(folder, 0o555)
}

export const buildFolderImage = async (): Promise<BuiltImage> => {
  const place = mkdtempSync(join(tmpdir(), 'relata-image-'))
  chmodSync(place, 0o755)
  const remove = async (): Promise<void> => {
    for (const child of running) child.kill('SIGKILL')
    execFileSync('find', [place, '-type', 'd', '-exec', 'chmod', 'u+rwx', '{}', '+'])
    rmSync(place, { recursive: true, force: true })
  }
  const folders = new Map<string, StageFolder>()
  try {
    for (const stage of stages) {
      const made = new StageFolder(join(place, stage.name || 'image'))
      for (const step of stage.steps) made.do(step, folders)
      folders.set(stage.name || 'image', made)
    }
  } catch (error) {
    await remove()
    throw error
  }
  const notDone = [...folders.values()].flatMap((stage) => stage.notDone)
  const { folder } = folders.get((stages.at(-1) as Stage).name || 'image') as StageFolder
  const first = volumeIn(folder, join(place, 'first-volume'))
  lock(folder)
  const volumes = new Map<string, string>()
  let count = 0
  const volumeNamed = (name: string): string => {
    const known = volumes.get(name)
    if (known !== undefined) return known
    count += 1
    const path = join(place, `volume-${count}`)
    execFileSync('cp', ['-a', first, path])
    volumes.set(name, path)
    return path
  }
  return {
    notDone,
    remove,
    start: async (wish = {}) => {
      const data = volumeNamed(wish.volume ?? `of its own ${count}`)
      const mounts = { [imageFacts.volume]: data, ...(wish.seed === undefined ? {} : { '/seed': wish.seed }) }
      const run = new RunningFolder({ folder, mounts }, wish, await freePort())
      await run.ready()
      return run
    },
  }
}
