/** The settings files under deploy/ha fit each other and the program; that they work is what the drill beside them shows. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { settings, variableOf } from '#app/config.ts'
import { readSeed } from '#app/seed/format/read-seed.ts'
import { addressesOf, parseAddress } from '#store/postgres/connect/addresses.ts'
import { root } from '../tooling/run-tool.ts'

const folder = join(root, 'deploy/ha')
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8')
const patroni = parse(textOf('patroni.yaml'))
const etcd = parse(textOf('etcd.yaml'))
const proxy = textOf('haproxy.cfg')

it('replicates synchronously, and gives a primary the time that Patroni needs', () => {
  const { ttl, loop_wait, retry_timeout, synchronous_mode } = patroni.bootstrap.dcs
  expect(synchronous_mode).toBe(true)
  expect(ttl).toBeGreaterThanOrEqual(loop_wait + 2 * retry_timeout)
})

it('leads the proxy to the ports of PostgreSQL and of Patroni', () => {
  expect(proxy).toContain(`server db1 ${patroni.postgresql.connect_address}`)
  expect(proxy).toContain(`check port ${patroni.restapi.connect_address.split(':')[1]}`)
})

it('gives Patroni the addresses of etcd, with the interface it uses', () => {
  const members: string[] = etcd['initial-cluster'].split(',').map((member: string) => member.split('=')[0])
  expect(patroni.etcd.hosts).toEqual(members.map((name) => `${name}.example:2379`))
  expect(etcd['enable-v2']).toBe(true)
})

it('gives nodes settings that they have, and addresses that they understand', () => {
  const lines = textOf('relata.env').match(/^#?RELATA_\w+=.*$/gm) ?? []
  const known = new Set(Object.values(settings).map((setting) => variableOf(setting)))
  for (const line of lines) expect(known).toContain(line.replace(/^#/, '').split('=', 1)[0])
  const urls = lines.filter((line) => line.includes('postgres://')).map((line) => line.slice(line.indexOf('=') + 1))
  expect(urls.map((url) => addressesOf(parseAddress(url)).length)).toEqual([1, 2])
  expect(urls[0]).toContain(/bind (\S+)/.exec(proxy)?.[1])
  expect(urls[1]).toContain(patroni.postgresql.connect_address)
})

it('has a seed for the drill', () => {
  expect(readSeed(join(folder, 'seed.json')).tenants).toHaveLength(1)
})

const program = '/usr/sbin/haproxy'
it('is settings of a proxy that HAProxy takes', ({ skip }) => {
  if (!existsSync(program)) return skip(`${program} is not installed`)
  const made = mkdtempSync(join(tmpdir(), 'relata-proxy-'))
  const file = join(made, 'haproxy.cfg')
  writeFileSync(file, proxy.replaceAll(/\b\w+\.example\b/g, '127.0.0.1'))
  const { status, stderr } = spawnSync(program, ['-c', '-f', file], { encoding: 'utf8' })
  rmSync(made, { recursive: true })
  expect(status, stderr).toBe(0)
})
