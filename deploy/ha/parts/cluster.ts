/**
 * etcd, two PostgreSQL under Patroni and HAProxy on this machine, from the example files beside: each machine of the
 * examples is a loopback address of its own (127.0.0.0/8 is all there on Linux), and all data is in a temporary folder.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

const here = fileURLToPath(new URL('..', import.meta.url))
export const pause = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis))

const programs = [
  { path: '/usr/bin/etcd', of: 'etcd-server' },
  { path: '/usr/bin/patroni', of: 'patroni' },
  { path: '/usr/sbin/haproxy', of: 'haproxy' },
  { path: '/usr/lib/postgresql/15/bin/postgres', of: 'postgresql-15' },
  { path: '/usr/bin/setpriv', of: 'util-linux' },
]

/** What is missing on this machine, as a sentence; undefined: nothing. */
export const missing = (): string | undefined => {
  const absent = programs.filter(({ path }) => !existsSync(path))
  if (absent.length > 0)
    return `${absent.map(({ path }) => path).join(', ')} missing; on Debian 12: apt-get install ${absent.map(({ of }) => of).join(' ')}`
  if (process.getuid?.() !== 0)
    return 'PostgreSQL has to run as the user postgres; run this as root, which can start it so'
  return undefined
}

const idOf = (flag: '-u' | '-g'): number => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)

export interface Member {
  readonly name: string
  readonly host: string
}

/** A process and those below it, by id. */
const treeOf = (root: number): number[] => {
  const parents = new Map<number, number[]>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const parent = Number(/\) . (\d+) /.exec(readFileSync(`/proc/${entry}/stat`, 'utf8'))?.[1])
      parents.set(parent, [...(parents.get(parent) ?? []), Number(entry)])
    } catch {
      // It has ended meanwhile.
    }
  }
  const below = (pid: number): number[] => [pid, ...(parents.get(pid) ?? []).flatMap(below)]
  return below(root)
}

const signal = (pids: readonly number[], name: NodeJS.Signals): void => {
  for (const pid of pids)
    try {
      process.kill(pid, name)
    } catch {
      // It has ended meanwhile.
    }
}

export interface MemberState {
  readonly name: string
  readonly role: string
  readonly state: string
}

export class Cluster {
  readonly folder: string
  readonly members: readonly Member[] = ['db1', 'db2'].map((name) => ({ name, host: this.address(name) }))
  private readonly running = new Map<string, ChildProcess>()
  private readonly password: string

  /** `folder`: empty, and readable by everybody. */
  constructor(folder: string, password: string) {
    this.folder = folder
    this.password = password
  }

  /** The loopback address that stands for a machine of the examples. */
  address(machine: string): string {
    const last = { db1: 1, db2: 2, proxy: 10, etcd1: 21, etcd2: 22, etcd3: 23 }[machine]
    return `127.18.0.${last}`
  }

  /** Address for Relata: the proxy's, or both servers'. */
  url(form: 'proxy' | 'list'): string {
    const hosts =
      form === 'proxy' ? `${this.address('proxy')}:5000` : this.members.map(({ host }) => `${host}:5432`).join()
    return `postgres://relata:${this.password}@${hosts}/relata?target_session_attrs=read-write`
  }

  /** An example with the machines, passwords and folders of this run. */
  private example(file: string, replaced: Readonly<Record<string, string>> = {}): string {
    let text = readFileSync(join(here, file), 'utf8')
    for (const [from, to] of Object.entries(replaced)) text = text.replaceAll(from, to)
    return text
      .replaceAll(/\b(db\d|etcd\d|proxy)\.example\b/g, (_, machine: string) => this.address(machine))
      .replaceAll(/password-of-\w+/g, this.password)
      .replaceAll('samenet', '127.0.0.0/8')
  }

  private launch(name: string, command: string, args: readonly string[]): ChildProcess {
    const log = openSync(join(this.folder, `${name}.log`), 'a')
    const child = spawn('setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', '--', command, ...args], {
      stdio: ['ignore', log, log],
      cwd: this.folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: this.folder },
    })
    closeSync(log)
    this.running.set(name, child)
    return child
  }

  private write(name: string, text: string): string {
    const path = join(this.folder, name)
    writeFileSync(path, text, { mode: 0o600 })
    chownSync(path, idOf('-u'), idOf('-g'))
    return path
  }

  startEtcd(name: string): void {
    const text = this.example('etcd.yaml', {
      '/var/lib/etcd/relata': join(this.folder, name),
      'name: etcd1': `name: ${name}`,
    })
    // Every line but the list of all members is this member's own.
    const own = text.replaceAll(/^(?!initial-cluster:).*$/gm, (line) =>
      line.replaceAll(this.address('etcd1'), this.address(name)),
    )
    this.launch(name, 'etcd', ['--config-file', this.write(`${name}.yaml`, own)])
  }

  startPatroni(name: string): void {
    const data = join(this.folder, `${name}-data`)
    const sockets = join(this.folder, `${name}-sockets`)
    mkdirSync(sockets, { recursive: true })
    chownSync(sockets, idOf('-u'), idOf('-g'))
    const text = this.example('patroni.yaml', {
      db1: name,
      '/var/lib/postgresql/15/relata': data,
      '/var/lib/postgresql/.pgpass-patroni': join(this.folder, `${name}.pgpass`),
      '/var/run/postgresql': sockets,
    })
    this.launch(name, 'patroni', [this.write(`${name}.yaml`, text)])
  }

  startProxy(): void {
    this.launch('haproxy', 'haproxy', ['-db', '-f', this.write('haproxy.cfg', this.example('haproxy.cfg'))])
  }

  async start(): Promise<void> {
    chownSync(this.folder, idOf('-u'), idOf('-g'))
    for (const name of ['etcd1', 'etcd2', 'etcd3']) this.startEtcd(name)
    for (const { name } of this.members) {
      this.startPatroni(name)
      // The first one makes the cluster, the second one copies it.
      if (name === 'db1') await this.until('a primary', async () => (await this.primary()) !== undefined, 90_000)
    }
    this.startProxy()
    await this.healthy()
    await this.sql('postgres', `create role relata login password '${this.password}'`)
    await this.sql('postgres', 'create database relata owner relata')
  }

  /** What Patroni says of the cluster; undefined while no member says anything. */
  async states(): Promise<readonly MemberState[] | undefined> {
    for (const { host } of this.members)
      try {
        const answer = await fetch(`http://${host}:8008/cluster`, { signal: AbortSignal.timeout(1_500) })
        return ((await answer.json()) as { members: MemberState[] }).members
      } catch {
        // That one is down or stopped.
      }
    return undefined
  }

  /** The member that says it is the primary now. */
  async primary(): Promise<Member | undefined> {
    for (const member of this.members)
      try {
        const answer = await fetch(`http://${member.host}:8008/primary`, { signal: AbortSignal.timeout(1_500) })
        if (answer.status === 200) return member
      } catch {
        // That one is down or stopped.
      }
    return undefined
  }

  async until(what: string, is: () => Promise<boolean>, within: number): Promise<void> {
    const end = performance.now() + within
    while (!(await is())) {
      if (performance.now() > end)
        throw new Error(`no ${what} within ${within / 1000} s; see the logs in ${this.folder}`)
      await pause(200)
    }
  }

  /** One primary and one synchronous standby. */
  healthy(): Promise<void> {
    const is = async () => {
      const states = await this.states()
      const isThere = (role: string) => states?.some((one) => one.role === role && /running|streaming/.test(one.state))
      return isThere('leader') === true && isThere('sync_standby') === true && (await this.primary()) !== undefined
    }
    return this.until('primary with a synchronous standby', is, 120_000)
  }

  /** Runs a statement on the primary, as the superuser. */
  async sql<T>(database: string, text: string): Promise<T[]> {
    const primary = await this.primary()
    if (primary === undefined) throw new Error('there is no primary')
    const client = new pg.Client({
      host: primary.host,
      port: 5432,
      user: 'postgres',
      password: this.password,
      database,
      connectionTimeoutMillis: 5_000,
    })
    client.on('error', () => undefined)
    await client.connect()
    try {
      const result: pg.QueryResult | pg.QueryResult[] = await client.query(text)
      return (Array.isArray(result) ? (result.at(-1)?.rows ?? []) : result.rows) as T[]
    } finally {
      await client.end().catch(() => undefined)
    }
  }

  private postmaster(name: string): number {
    return Number(readFileSync(join(this.folder, `${name}-data`, 'postmaster.pid'), 'utf8').split('\n', 1)[0])
  }

  /** Every process of PostgreSQL of the member, and its Patroni too if told. */
  private processes(name: string, withPatroni: boolean): number[] {
    const patroni = this.running.get(name)?.pid
    // Patroni first, so that it starts nothing anew.
    return [...(withPatroni && patroni !== undefined ? [patroni] : []), ...treeOf(this.postmaster(name))]
  }

  kill(name: string, withPatroni: boolean): void {
    signal(this.processes(name, withPatroni), 'SIGKILL')
  }

  /** As a machine that hangs: nothing of it runs, and its connections stay open. The function lets it go on. */
  halt(name: string): () => void {
    const pids = this.processes(name, true)
    signal(pids, 'SIGSTOP')
    return () => signal(pids.reverse(), 'SIGCONT')
  }

  killEtcd(name: string): void {
    signal(
      [this.running.get(name)?.pid ?? 0].filter((pid) => pid > 0),
      'SIGKILL',
    )
  }

  async switchover(): Promise<void> {
    const from = await this.primary()
    const to = this.members.find(({ name }) => name !== from?.name)
    if (from === undefined || to === undefined) throw new Error('there is no primary')
    const answer = await fetch(`http://${from.host}:8008/switchover`, {
      method: 'POST',
      body: JSON.stringify({ leader: from.name, candidate: to.name }),
    })
    if (answer.status !== 200) throw new Error(`switchover: ${answer.status} ${await answer.text()}`)
  }

  /** Ends everything it has started, and removes the folder unless told to keep it. */
  async close(keep: boolean): Promise<void> {
    for (const name of ['haproxy', 'db1', 'db2', 'etcd1', 'etcd2', 'etcd3']) {
      const child = this.running.get(name)
      if (child?.pid === undefined) continue
      let pids = treeOf(child.pid)
      try {
        if (name.startsWith('db')) pids = [...new Set([...pids, ...treeOf(this.postmaster(name))])]
      } catch {
        // It does not run.
      }
      signal(pids, 'SIGCONT')
      signal(pids, 'SIGKILL')
    }
    await pause(300)
    if (!keep) rmSync(this.folder, { recursive: true, force: true })
  }
}

export const makeFolder = (path: string): string => {
  mkdirSync(path, { recursive: true, mode: 0o755 })
  return path
}
