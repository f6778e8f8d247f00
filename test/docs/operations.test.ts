/** The commands of docs/operations.md and docs/https.md, as a reader would type them, and the tables against the code. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestServer } from '../_support/server.ts'
import { type BuiltServer, build, endAll, root, startBuilt } from '../crash/built-server.ts'
import { blocksIn, pageAt, typedIn } from './paste.ts'

const page = (name: string): string => pageAt(`docs/${name}`)
const blocksOf = (name: string): string[] => blocksIn(page(name), 'sh')

let folder: string
let server: BuiltServer
beforeAll(async () => {
  await build()
  folder = await mkdtemp(join(tmpdir(), 'relata-docs-'))
  server = await startBuilt(join(folder, '.relata'))
})
afterAll(async () => {
  await endAll()
  await rm(folder, { recursive: true, force: true })
})

const typed = (script: string): Promise<string> => typedIn(folder, script)

describe('the commands', () => {
  beforeEach(({ skip }) => {
    if (process.platform === 'win32') skip('the commands are for a shell of the Bourne family')
  })

  it('of operations.md back up a running server, restore it elsewhere, and find nothing wrong', async () => {
    const [backup = '', restore = '', migrate = '', drill = ''] = blocksOf('operations.md')
    expect(await typed(backup)).toMatch(/^wrote monday\.db: \d+ bytes, .*\nchecked 3 tenants: nothing is wrong\n$/)
    expect(await typed(restore)).toMatch(/restored restored\/relata\.db from monday\.db.*\nchecked 3 tenants: nothing/)
    expect(await typed(migrate)).toContain('is up to date')
    expect(await typed(drill)).toMatch(
      /^wrote drill\.db.*\nrestored drill\/relata\.db .*\nchecked 3 tenants: nothing is wrong\n$/,
    )
    expect((await fetch(`${server.http}/ready`)).status).toBe(200)
  })

  it('of https.md name the certificate and the lines, and change nothing', async () => {
    const [certPath = '', trust = '', hosts = ''] = blocksOf('https.md')
    const found = (await typed(`${certPath}\necho "$NODE_EXTRA_CA_CERTS"`)).trim()
    expect(await readFile(found, 'utf8')).toBe(await readFile(join(folder, '.relata', 'ca.pem'), 'utf8'))
    // Where the system is none we know, it says that.
    const plan = await typed(`${trust.trim()} 2>&1 || true`)
    expect(plan).toMatch(/trust the local authority:\n {2}|does not know how to make this system/)
    expect(await typed(hosts)).toContain('127.0.0.1 graph.microsoft.com login.microsoftonline.com')
  })
})

describe('operations.md', () => {
  it('lists the metrics there are', async () => {
    const text = page('operations.md')
    const measured = await startTestServer({ metrics: true })
    const names = (await (await fetch(`${measured.http}/metrics`)).text()).matchAll(/^# TYPE (relata_\w+)/gm)
    await measured.close()
    const ours = [...names].map(([, name]) => name ?? '')
    expect(ours.length).toBeGreaterThan(5)
    expect([...text.matchAll(/^\| `(relata_\w+)`/gm)].map(([, name]) => name).sort()).toEqual(ours.sort())
  })

  it('lists the invariants that are checked', async () => {
    const text = page('operations.md')
    const workloads = join(root, 'src/workloads')
    const names = (await readdir(workloads, { recursive: true })).filter((name) => name.endsWith('.ts'))
    const sources = await Promise.all(names.map((name) => readFile(join(workloads, name), 'utf8')))
    const reported = [...sources.join('\n').matchAll(/\breport\(\s*'([a-z-]+)'/g)].map(([, rule]) => rule ?? '')
    const table = text.slice(text.indexOf('| invariant |'), text.indexOf('Give `check`'))
    const listed = [...table.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell]) =>
      [...(cell ?? '').matchAll(/`([a-z-]+)`/g)].map(([, rule]) => rule ?? ''),
    )
    expect(listed.sort()).toEqual([...new Set([...reported, 'file', 'lookup', 'tenant'])].sort())
  })
})
