/** A PostgreSQL server of the system's packages, with its client programs, which npm does not have. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { freePort } from './free-port.ts'

const packages = '/usr/lib/postgresql'

/** The folder of the programs; undefined: they are not installed. */
export const systemPrograms = (): string | undefined => {
  if (!existsSync(packages)) return undefined
  const versions = readdirSync(packages).sort((one, other) => Number(other) - Number(one))
  return versions
    .map((version) => join(packages, version, 'bin'))
    .find((folder) => ['initdb', 'pg_ctl', 'pg_dump', 'pg_restore'].every((name) => existsSync(join(folder, name))))
}

/** PostgreSQL refuses to run as root. */
const owner = (): { uid: number; gid: number } | Record<string, never> => {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

export interface SystemPostgres {
  /** Of the superuser `postgres`; other roles sign in without a password as well. */
  readonly adminUrl: string
  urlOf(role: string, database: string): string
  /** `PATH` with the programs first. */
  readonly path: string
  stop(): void
}

/** `folder` is made; other users have to be able to get into the one around it. */
export const startSystemPostgres = async (programs: string, folder: string): Promise<SystemPostgres> => {
  const port = await freePort()
  const as = owner()
  mkdirSync(folder, { mode: 0o700 })
  chmodSync(folder, 0o700)
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid)
  const data = join(folder, 'data')
  const run = (name: string, args: readonly string[]): void => {
    const { status, stdout, stderr } = spawnSync(join(programs, name), args, {
      cwd: folder,
      encoding: 'utf8',
      // A server that keeps the pipes open would be waited for.
      stdio: name === 'pg_ctl' ? 'ignore' : 'pipe',
      ...as,
    })
    if (status !== 0) throw new Error(`${name}: ${stdout}${stderr}`)
  }
  run('initdb', ['-D', data, '-U', 'postgres', '-E', 'UTF8', '--locale=C', '-A', 'trust', '--no-sync'])
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off`
  run('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', settings, 'start'])
  const urlOf = (role: string, database: string): string => `postgres://${role}@127.0.0.1:${port}/${database}`
  const stop = (): void => run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop'])
  const path = `${programs}${delimiter}${process.env['PATH'] ?? ''}`
  return { adminUrl: urlOf('postgres', 'postgres'), urlOf, path, stop }
}
