/** `relata gdap` for partners: init, plan, apply, report and export, against a server and against what answers as Graph does. */
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { relationshipColumns } from '#bulk/input/tool-files.ts'
import { listRows } from '#bulk/reports/lists.ts'
import { relata } from '../_support/command.ts'
import { freePort } from '../_support/free-port.ts'
import { globalAdministrator, helpdesk, relationships } from '../_support/relationships.ts'
import { jsonPost, type TestServer } from '../_support/server.ts'
import {
  activeRelationship,
  approveAll,
  assign,
  customerId,
  customersCsv,
  folderWith,
  gdapOn,
  group,
  named,
  securityReader,
  serverWithCustomers,
  settingsYaml,
  settle,
  workedExample,
} from './kit.ts'

let server: TestServer
const folders: string[] = []

beforeAll(async () => {
  server = await serverWithCustomers(12)
})
afterEach(async () => {
  await fetch(`${server.http}/_relata/faults`, { method: 'DELETE' })
})
afterAll(async () => {
  await server.close()
  await Promise.all(folders.map((dir) => rm(dir, { recursive: true, force: true })))
})

async function folder(files: Readonly<Record<string, string>>): Promise<string> {
  const dir = await folderWith(files)
  folders.push(dir)
  return dir
}

/** Customers with a template of one role, without groups. */
function desk(prefix: string, numbers: readonly number[], template = 'roles: [Security Reader]'): Promise<string> {
  return folder({
    'settings.yaml': settingsYaml.replace('prefix: rel', `prefix: ${prefix}`),
    'templates/desk.yaml': `name: desk\n${template}\n`,
    'customers.csv': customersCsv(numbers.map((number) => `${customerId(number)},c${number},desk,,,present`)),
  })
}

describe('relata gdap init', () => {
  it('writes a folder that plan takes, and never over another one', async () => {
    const dir = join(await folder({}), 'new')
    const made = await relata(['gdap', 'init', '--pack', 'cipp', '--dir', dir])
    expect(made).toMatchObject({ status: 0, stderr: '' })
    expect(made.stdout.split('\n')).toHaveLength(5)
    expect(await readFile(join(dir, 'templates/cipp.yaml'), 'utf8')).toContain('M365 GDAP Exchange Administrator')
    expect(await gdapOn(server, 'plan', '--dir', dir)).toEqual({
      status: 0,
      stdout: 'Plan: nothing to do.\n',
      stderr: `tip: ${dir}/customers.csv has no lines; a customer gets relationships by a line for each template\n`,
    })
    const again = await relata(['gdap', 'init', '--pack', 'lighthouse', '--dir', dir])
    expect(again).toMatchObject({ status: 2, stderr: expect.stringContaining('is there already; nothing was written') })
    expect(await relata(['gdap', 'init', '--pack', 'none', '--dir', dir])).toMatchObject({ status: 2 })
    expect(await relata(['gdap', 'init', '--dir', dir])).toMatchObject({ status: 2 })
  })

  it('writes templates that show how groups get roles', async () => {
    const dir = join(await folder({}), 'new')
    await relata(['gdap', 'init', '--pack', 'lighthouse', '--dir', dir])
    const path = join(dir, 'templates/service-desk.yaml')
    const text = await readFile(path, 'utf8')
    expect(text).toContain('groups.yaml')
    await writeFile(path, text.replaceAll(/^# ( *(?:assign|- group|roles):)/gm, '$1'))
    await writeFile(join(dir, 'groups.yaml'), 'groups: [{ name: "M365 GDAP Security Reader" }]\n')
    await appendFile(join(dir, 'customers.csv'), `${customerId(9)},c09,service-desk,,,\n`)
    expect(await gdapOn(server, 'plan', '--dir', dir)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\+ group:M365 GDAP Security Reader\n.*1 assignments? after approval\n/),
      stderr: '',
    })
  })

  it('takes the templates of CIPP, and the files of Microsoft’s tool', async () => {
    const dir = await folder({
      'cipp.json': JSON.stringify([
        {
          TemplateId: 'a',
          RoleMappings: [{ RoleName: 'Global Reader', GroupName: 'G', GroupId: '', roleDefinitionId: '' }],
        },
      ]),
      'tool/customers.csv': `Name,PartnerTenantId,CustomerTenantId,OrganizationDisplayName,Duration\nx,p,${customerId(1)},c01,90\n`,
      'tool/securityGroup.csv': 'Id,DisplayName,CommaSeperatedRoles\n,New,"Helpdesk Administrator, Global Reader"\n',
    })
    expect(
      await relata(['gdap', 'init', '--from-cipp', join(dir, 'cipp.json'), '--dir', join(dir, 'out')]),
    ).toMatchObject({ status: 0 })
    expect(await readFile(join(dir, 'out/groups.yaml'), 'utf8')).toContain('name: "G"')
    expect(await relata(['gdap', 'import', '--from', join(dir, 'tool'), '--dir', join(dir, 'own')])).toMatchObject({
      status: 0,
    })
    const planned = await gdapOn(server, 'plan', '--dir', join(dir, 'own'))
    expect(planned).toMatchObject({
      status: 3,
      stdout: expect.stringContaining("! groupMissing  c01  tool: there is no group 'New'"),
    })
  })
})

describe('relata gdap plan', () => {
  it('exits with 3 where a customer is refused, and goes on with others', async () => {
    const dir = await folder({
      'settings.yaml': settingsYaml.replace('prefix: rel', 'prefix: odd'),
      'templates/good.yaml': 'name: good\nroles: [Security Reader]\n',
      'templates/odd.yaml': 'name: odd\nroles: [8329153a-20ed-4bf8-aa37-81242c6e8e01, Security Reader]\n',
      'customers.csv': customersCsv([
        `${customerId(1)},c01,good,,,`,
        `${customerId(2)},c02,odd,,,`,
        '9a1c0000-0000-4000-8000-00000000ffff,nobody,good,,,',
      ]),
    })
    const { status, stdout } = await gdapOn(server, 'plan', '--dir', dir)
    expect(status).toBe(3)
    expect(stdout).toContain(
      "! roleUnknown  c02  odd: '8329153a-20ed-4bf8-aa37-81242c6e8e01' is no role of the catalogue\n",
    )
    expect(stdout).toContain('! customerUnknown  nobody  good: it is no customer\n')
    expect(stdout).toContain('Plan: 1 create, 1 lock, 0 assign, 0 terminate; 2 problems.\n')
    const applied = await gdapOn(server, 'apply', '--dir', dir, '--yes')
    expect(applied).toMatchObject({ status: 3, stdout: expect.stringContaining('done: 2 of 2 steps applied') })
  })

  it('is wrong usage where a file is wrong, with file and line', async () => {
    const dir = await desk('wrong', [1], 'roles:\n  - 1a7d78b6-429f-476b-8eb-35fb715fffd4')
    const { status, stderr } = await gdapOn(server, 'plan', '--dir', dir)
    expect(status).toBe(2)
    expect(stderr).toContain(
      "/templates/desk.yaml:3: '1a7d78b6-429f-476b-8eb-35fb715fffd4' is neither the id nor the name of a role",
    )
    expect(await gdapOn(server, 'plan', '--dir', join(dir, 'none'))).toMatchObject({ status: 2 })
    expect(await gdapOn(server, 'apply', '--dir', dir)).toMatchObject({ status: 2 })
  })

  it('names a role that is misspelt before the group that gets it, in the file as it is opened', async () => {
    const roles = 'roles:\n  - Security Reader\n  - Helpdesk Adminstrator\n'
    const groups =
      'assign:\n  - { group: G, roles: [Helpdesk Administrator] }\n  - { group: H, roles: [Global Reader] }'
    const dir = await desk('misspelt', [1], `${roles}${groups}`)
    const file = join(dir, 'templates/desk.yaml')
    expect(await gdapOn(server, 'plan', '--dir', dir)).toEqual({
      status: 2,
      stdout: '',
      stderr: [
        `relata: ${file}:4: 'Helpdesk Adminstrator' is no role of the catalogue.\n`,
        `relata: ${file}:6: 'Helpdesk Administrator' is not among the roles of the template.\n`,
        `relata: ${file}:7: 'Global Reader' is not among the roles of the template.\n`,
      ].join(''),
    })
  })

  it('says that nothing can be done where there are only problems', async () => {
    const dir = await desk('stuck', [1], 'roles: [Helpdesk Adminstrator]')
    const { status, stdout } = await gdapOn(server, 'plan', '--dir', dir)
    expect(status).toBe(3)
    expect(stdout).toBe(
      "! roleUnknown  c1  desk: 'Helpdesk Adminstrator' is no role of the catalogue\nPlan: nothing can be done; 1 problem.\n",
    )
  })

  it('prints the plan as JSON', async () => {
    const dir = await desk('json', [3])
    const { stdout } = await gdapOn(server, 'plan', '--dir', dir, '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      format: 'relata-gdap-plan/1',
      partner: wellKnown.contoso,
      inputs: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      catalogue: '2026-08-21',
      steps: [
        { n: 1, do: 'create', customer: customerId(3) },
        { n: 2, do: 'lock' },
      ],
    })
  })
})

describe('relata gdap apply', () => {
  const fault = (what: object, more: object = {}) =>
    fetch(
      `${server.http}/_relata/faults`,
      jsonPost({ where: { method: 'POST', path: '/v1.0/tenantRelationships/**' }, what, ...more }),
    )

  it('waits while the service is busy, and sends again', async () => {
    const dir = await desk('busy', [1, 2, 3, 4])
    expect((await fault({ status: 429, retryAfter: 0 }, { times: 7 })).status).toBe(201)
    const { status, stdout } = await gdapOn(server, 'apply', '--dir', dir, '--yes')
    expect(stdout).toContain('done: 8 of 8 steps applied')
    expect(status).toBe(0)
  })

  it('says each second how far it is, on the standard error, also while it waits', async () => {
    const dir = await desk('told', [1, 2])
    await fault({ status: 429, retryAfter: 3 }, { times: 1 })
    const { stdout, stderr } = await gdapOn(server, 'apply', '--dir', dir, '--yes', '--parallel', '1')
    expect(stderr).toMatch(/^0\/4 done, 2 customers waiting, 0 failed, 0\/s\n/)
    expect(stdout).not.toMatch(/waiting, \d/)
    expect(stdout).toMatch(/\ndone: 4 of 4 steps applied\n$/)
  })

  it('says it as lines of JSON on the standard output, before the outcome', async () => {
    const dir = await desk('lines', [1, 2])
    await fault({ status: 429, retryAfter: 3 }, { times: 1 })
    const { stdout, stderr } = await gdapOn(server, 'apply', '--dir', dir, '--yes', '--parallel', '1', '--json')
    expect(stderr).toBe('')
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines[0]).toEqual({ done: 0, total: 4, waiting: 2, failed: 0, perSecond: 0, secondsLeft: null })
    expect(lines.length).toBeGreaterThan(1)
    expect(lines.at(-1)).toMatchObject({ state: 'done', done: 4, total: 4, failed: 0 })
  })

  it('counts what an earlier run has done as done', async () => {
    const dir = await desk('counted', [1, 2])
    const file = join(dir, 'plan.json')
    await gdapOn(server, 'plan', '--dir', dir, '-o', file)
    await fault({ status: 503, retryAfter: 0 }, { skip: 2 })
    await gdapOn(server, 'apply', file, '--dir', dir, '--yes', '--parallel', '1')
    await fetch(`${server.http}/_relata/faults`, { method: 'DELETE' })
    await fault({ status: 429, retryAfter: 3 }, { times: 1 })
    const { stdout } = await gdapOn(server, 'apply', file, '--dir', dir, '--yes', '--json')
    const [first] = stdout.split('\n')
    expect(JSON.parse(first ?? '')).toMatchObject({ done: 2, total: 4, waiting: 1, perSecond: 0 })
  })

  it('has no exit code of its own for changes: what it has applied is not pending', async () => {
    const dir = await desk('code', [1])
    expect(await gdapOn(server, 'apply', '--dir', dir, '--yes', '--detailed-exit-code')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("unknown option '--detailed-exit-code'"),
    })
  })

  it('stops after ten busy answers in a row, and goes on later', async () => {
    const dir = await desk('ten', [1, 2, 3])
    await fault({ status: 503, retryAfter: 0 })
    const stopped = await gdapOn(server, 'apply', '--dir', dir, '--yes')
    expect(stopped).toMatchObject({ status: 1, stdout: expect.stringContaining('busy: 0 of 6 steps applied') })
    await fetch(`${server.http}/_relata/faults`, { method: 'DELETE' })
    expect(await gdapOn(server, 'apply', '--dir', dir, '--yes')).toMatchObject({ status: 0 })
  })

  it('finds what was made though its answer was lost', async () => {
    const dir = await desk('lost', [1, 2])
    await fault({ status: 504, after: 'commit' }, { times: 2 })
    const { status, stdout } = await gdapOn(server, 'apply', '--dir', dir, '--yes')
    expect(stdout).toContain('done: 4 of 4 steps applied')
    expect(status).toBe(0)
    const { body } = await server.send('GET', `${relationships}?$filter=startswith(displayName,'lost_')`)
    expect(body.value.map((one: { status: string }) => one.status)).toEqual(['approvalPending', 'approvalPending'])
  })

  it('writes down each call before it is sent, and its answer', async () => {
    const dir = await desk('journal', [4])
    expect(await gdapOn(server, 'apply', '--dir', dir, '--yes')).toMatchObject({ status: 0 })
    const text = await readFile(join(dir, '.relata/journal.jsonl'), 'utf8')
    // No token, and nothing else that could be used again, is left in the folder.
    for (const name of await readdir(dir, { recursive: true })) {
      const kept = await readFile(join(dir, name), 'utf8').catch(() => '')
      expect(kept).not.toMatch(/eyJ|bearer/i)
    }
    const entries = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    const key = expect.stringMatching(/^journal_desk_[0-9a-f]{8}_1$/)
    const common = { key, at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) }
    expect(entries).toMatchObject([
      { ...common, n: 1, do: 'create', phase: 'sent' },
      { ...common, n: 2, do: 'lock', phase: 'sent' },
      { ...common, n: 1, do: 'create', phase: 'done', status: 201, id: expect.stringMatching(/^[0-9a-f-]{73}$/) },
      { ...common, n: 2, do: 'lock', phase: 'done', status: 201, requestId: expect.any(String) },
    ])
  })

  it('is wrong usage without --yes where nobody can be asked, but with nothing to do', async () => {
    const dir = await desk('unasked', [7])
    const plan = join(dir, 'plan.json')
    await gdapOn(server, 'plan', '--dir', dir, '-o', plan)
    for (const file of [[], [plan]])
      expect(await gdapOn(server, 'apply', ...file, '--dir', dir)).toMatchObject({
        status: 2,
        stdout: expect.stringMatching(/\+ unasked_desk_.*\nPlan: 1 create, 1 lock, /),
        stderr: 'relata: nobody can be asked here; --yes applies the plan without asking\n',
      })
    expect(await gdapOn(server, 'apply', '--dir', dir, '--yes')).toMatchObject({ status: 0 })
    await gdapOn(server, 'plan', '--dir', dir, '-o', plan)
    for (const file of [[], [plan]])
      expect(await gdapOn(server, 'apply', ...file, '--dir', dir)).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/Plan: nothing to do; 1 waiting for approval\.\n$/),
        stderr: '',
      })
  })

  it('asks first where somebody sits at a terminal', async () => {
    const dir = await desk('asked', [6])
    const answer = async (word: string) => {
      const terminal = Object.assign(new PassThrough(), { isTTY: true })
      const stdin = vi.spyOn(process, 'stdin', 'get').mockReturnValue(terminal as never)
      terminal.write(`${word}\n`)
      try {
        return await gdapOn(server, 'apply', '--dir', dir)
      } finally {
        stdin.mockRestore()
      }
    }
    const key = expect.stringMatching(/\+ asked_desk_[0-9a-f]{8}_1 {2}c6 {2}create, lock\n/)
    const refused = await answer('no')
    expect(refused).toMatchObject({ status: 1, stdout: key, stderr: 'Apply this plan? [y/N] ' })
    const filter = `${relationships}?$filter=startswith(displayName,'asked_')`
    expect((await server.send('GET', filter)).body.value).toEqual([])
    expect(await answer('y')).toMatchObject({ status: 0, stdout: expect.stringContaining('done: 2 of 2') })
    expect((await server.send('GET', filter)).body.value).toHaveLength(1)
  })

  it('asks a customer again that has rejected, where that is wished', async () => {
    const dir = await desk('again', [12])
    await gdapOn(server, 'apply', '--dir', dir, '--yes')
    const { body } = await server.send('GET', `${relationships}?$filter=startswith(displayName,'again_')`)
    const [{ id, displayName }] = body.value
    expect((await server.customer('reject', id, { tenantId: customerId(12) })).status).toBe(200)
    await settle(server)
    const plain = await gdapOn(server, 'plan', '--dir', dir, '--detailed-exit-code')
    expect(plain).toMatchObject({ status: 0, stdout: expect.stringContaining('--ask-again asks once more') })
    expect(await gdapOn(server, 'apply', '--dir', dir, '--yes', '--ask-again')).toMatchObject({ status: 0 })
    expect(await named(server, displayName.replace(/1$/, '2'))).toMatchObject({ status: 'approvalPending' })
  })

  it('leaves a customer that is refused, and tells it', async () => {
    const dir = await desk('refused', [5, 6])
    await fault({ status: 400, code: 'badRequest', message: 'No.' }, { times: 1 })
    const { status, stdout } = await gdapOn(server, 'apply', '--dir', dir, '--yes', '--parallel', '1', '--json')
    expect(status).toBe(1)
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      ...{ state: 'failed', done: 2, total: 4, failed: 2 },
      failures: [{ do: 'create', customer: customerId(5), code: 'badRequest', message: 'No.' }],
    })
    expect(await gdapOn(server, 'apply', '--dir', dir, '--yes')).toMatchObject({ status: 0 })
  })

  it('refuses a plan of other files, or of another partner', async () => {
    const dir = await desk('other', [7])
    const file = join(dir, 'plan.json')
    await gdapOn(server, 'plan', '--dir', dir, '-o', file)
    const changed = await desk('other', [8])
    const { status, stdout } = await gdapOn(server, 'apply', file, '--dir', changed, '--yes')
    expect([status, stdout]).toEqual([1, expect.stringMatching(/^stale: the files in .* nothing was sent\n$/)])
    const token = await server.token(wellKnown.fabrikam)
    const foreign = await relata(['gdap', 'apply', file, '--dir', dir, '--yes', '--to', server.http], {
      RELATA_TOKEN: token,
    })
    expect(foreign).toMatchObject({ status: 1, stdout: expect.stringContaining('stale: the plan is of the partner') })
    expect(await gdapOn(server, 'apply', file, '--dir', dir, '--yes')).toMatchObject({ status: 0 })
  })

  it('makes groups, and takes Global Administrator away', async () => {
    const dir = await folder({
      'settings.yaml': settingsYaml.replace('prefix: rel', 'prefix: admin'),
      'templates/desk.yaml':
        'name: desk\nroles: [Security Reader]\nassign: [{ group: Made here, roles: [Security Reader] }]\n',
      'groups.yaml': 'groups: [{ name: Made here }]\n',
      'customers.csv': customersCsv([`${customerId(9)},c09,desk,,P0D,`]),
    })
    const { stdout } = await gdapOn(server, 'plan', '--dir', dir, '--json')
    const [, { key }] = JSON.parse(stdout).steps
    expect(key).toMatch(/^admin_desk_[0-9a-f]{8}_1$/)
    await activeRelationship(server, customerId(9), key, [securityReader, globalAdministrator], {
      autoExtendDuration: 'PT0S',
    })
    expect(await gdapOn(server, 'apply', '--dir', dir, '--yes')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('take Global Administrator away'),
    })
    await settle(server)
    expect((await named(server, key)).accessDetails.unifiedRoles).toEqual([{ roleDefinitionId: securityReader }])
    expect(await gdapOn(server, 'apply', '--dir', dir, '--yes')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('+ group:Made here'),
    })
    await settle(server)
    expect((await named(server, key)).accessAssignments).toMatchObject([{ status: 'active' }])
    expect(await gdapOn(server, 'plan', '--dir', dir, '--detailed-exit-code')).toMatchObject({ status: 0 })
  })

  it('says that nobody answers, and nothing of tokens then', async () => {
    const dir = await desk('nobody', [1])
    const { status, stderr } = await relata([
      'gdap',
      'plan',
      '--dir',
      dir,
      '--to',
      `http://127.0.0.1:${await freePort()}`,
    ])
    expect(status).toBe(1)
    expect(stderr).toContain('no server answers at http://127.0.0.1:')
    expect(stderr).not.toContain('RELATA_TOKEN')
  })

  it('needs no token in a stand-in', async () => {
    const dir = await desk('bare', [10])
    expect(await relata(['gdap', 'apply', '--dir', dir, '--yes', '--to', server.http])).toMatchObject({ status: 0 })
  })
})

describe('relata gdap --to graph', () => {
  it('does the same where a batch cannot refer to what it makes, with the secret of an application', async () => {
    const graph = await serverWithCustomers(3)
    try {
      const dir = await workedExample(graph)
      folders.push(dir)
      const environment = {
        AZURE_TENANT_ID: wellKnown.contoso,
        AZURE_CLIENT_ID: wellKnown.daemon,
        AZURE_CLIENT_SECRET: wellKnown.secret,
        AZURE_AUTHORITY_HOST: graph.http,
      }
      const on = (...args: readonly string[]) =>
        relata(['gdap', ...args, '--dir', dir, '--to', 'graph', '--graph-url', `${graph.http}/v1.0`], environment)
      expect(await on('apply', '--yes')).toMatchObject({ status: 0, stdout: expect.stringContaining('done: 4 of 4') })
      await approveAll(graph)
      expect(await on('apply', '--yes')).toMatchObject({ status: 0, stdout: expect.stringContaining('done: 4 of 4') })
      await settle(graph)
      expect(await on('apply', '--yes')).toMatchObject({ status: 0, stdout: expect.stringContaining('done: 1 of 1') })
      await settle(graph)
      expect(await on('plan', '--detailed-exit-code')).toMatchObject({ status: 0 })
      const unknown = await relata(['gdap', 'plan', '--dir', dir, '--to', 'graph'])
      expect(unknown).toMatchObject({ status: 2, stderr: expect.stringContaining('set RELATA_TOKEN') })
    } finally {
      await graph.close()
    }
  })
})

describe('relata gdap report and export', () => {
  it('has the columns that the specification names: events.md §7.6', async () => {
    const text = await readFile(new URL('../../docs/spec/events.md', import.meta.url), 'utf8')
    const section = text.slice(text.indexOf('### 7.6 '), text.indexOf('### 7.7 '))
    const [, head = ''] = /Columns after ([\w, ]+) \|/.exec(section) ?? []
    const rows = [...section.matchAll(/^\| `([a-z-]+)(?: --[^`]*)?` \| (.+) \|$/gm)]
    expect(rows).toHaveLength(6)
    const dir = await desk('columns', [1])
    for (const [, name = '', columns = ''] of rows) {
      const { stdout } = await gdapOn(server, 'report', name, '--dir', dir)
      const wanted = `${head}, ${columns.replaceAll(/ \([^)]*\)/g, '')}`
      expect([name, stdout.split('\r\n')[0]?.split(',')]).toEqual([name, wanted.split(', ')])
    }
  })

  it('finds a mapping whose group is gone, and proposes the group of its name', async () => {
    const gone = await group(server, 'Night shift')
    const dir = await desk(
      'stale',
      [8],
      `roles: [Security Reader]\nassign: [{ group: { id: ${gone}, name: Night shift }, roles: [Security Reader] }]`,
    )
    await gdapOn(server, 'apply', '--dir', dir, '--yes')
    await approveAll(server, 'stale_')
    await gdapOn(server, 'apply', '--dir', dir, '--yes')
    await settle(server)
    expect((await server.send('DELETE', `/v1.0/groups/${gone}`)).status).toBe(204)
    const fresh = await group(server, 'Night shift')
    const { stdout } = await gdapOn(server, 'report', 'mappings', '--dir', dir, '--json')
    const rows = JSON.parse(stdout).filter(({ DisplayName }: { DisplayName: string }) =>
      DisplayName.startsWith('stale_'),
    )
    expect(rows).toMatchObject([
      { GroupId: gone, GroupName: '', State: 'stale', Proposal: 'unassign' },
      { GroupId: fresh, GroupName: 'Night shift', State: 'missing', Proposal: 'repair-group' },
    ])
    expect(await gdapOn(server, 'apply', '--dir', dir, '--yes')).toMatchObject({ status: 0 })
    await settle(server)
    const healed = await gdapOn(server, 'report', 'mappings', '--dir', dir, '--json')
    const after = JSON.parse(healed.stdout).filter(({ DisplayName }: { DisplayName: string }) =>
      DisplayName.startsWith('stale_'),
    )
    expect(after).toMatchObject([{ GroupId: fresh, State: 'valid', Proposal: '' }])
  })

  it('lists what a partner looks for', async () => {
    const reported = await serverWithCustomers(3, { seed: 'empty' })
    try {
      const dir = await workedExample(reported)
      folders.push(dir)
      const report = async (...args: readonly string[]) => {
        const { status, stdout, stderr } = await gdapOn(reported, 'report', ...args, '--json')
        expect([status, stderr]).toEqual([0, ''])
        return JSON.parse(stdout)
      }
      expect(await report('expiring', '--within', '60d')).toEqual([])
      expect(await report('expiring', '--within', '730d')).toMatchObject([
        {
          DisplayName: 'rel_service-desk_f710b9fc_1',
          AutoExtend: 'P180D',
          Roles: 'Helpdesk Administrator',
          HasGlobalAdministrator: 'no',
        },
        { DisplayName: 'rel_service-desk_9164f36f_1' },
      ])
      const odd = await activeRelationship(reported, customerId(1), 'By hand', [globalAdministrator], {
        autoExtendDuration: 'PT0S',
      })
      const agents = await group(reported, 'HelpdeskAgents')
      await assign(reported, odd, agents, globalAdministrator)
      await settle(reported)
      expect(await report('global-admin')).toMatchObject([
        { RelationshipId: odd, AutoExtendBlocked: 'yes', AssignedGroups: 'HelpdeskAgents' },
      ])
      const mappings = await report('mappings', '--dir', dir)
      expect(
        mappings.map((row: Record<string, string>) => [
          row['DisplayName'],
          row['GroupName'],
          row['State'],
          row['Proposal'],
        ]),
      ).toEqual(
        expect.arrayContaining([
          ['By hand', 'HelpdeskAgents', 'reserved', 'unassign'],
          ['rel_service-desk_9164f36f_1', 'M365 GDAP Security Reader', 'valid', ''],
          ['rel_service-desk_f710b9fc_1', 'M365 GDAP Security Reader', 'missing', 'assign'],
        ]),
      )
      await reported.send('POST', relationships, {
        displayName: 'New role',
        duration: 'P1D',
        accessDetails: { unifiedRoles: [{ roleDefinitionId: '1076ac91-f3d9-41a7-a339-dcdf5f480acc' }] },
      })
      expect(await report('roles')).toMatchObject([
        { RoleName: 'Teams Reader', Gdap: 'unknown', State: 'current', CatalogueAsOf: '2026-08-21' },
      ])
      expect(await report('drift', '--dir', dir)).toMatchObject([
        {
          Template: 'service-desk',
          CustomerName: 'c01',
          Found: 'nothing',
          Action: 'create, lock; 2 assignments after approval',
        },
        { CustomerName: 'c02', Found: 'active: Helpdesk Administrator' },
      ])
      const customers = customersCsv([`${customerId(2)},c02,service-desk,,,absent`])
      const gone = await folder({
        'settings.yaml': await readFile(join(dir, 'settings.yaml'), 'utf8'),
        'templates/service-desk.yaml': await readFile(join(dir, 'templates/service-desk.yaml'), 'utf8'),
        'customers.csv': customers,
      })
      expect(await report('drift', '--dir', gone)).toMatchObject([
        { Expected: 'nothing', Found: 'active: Helpdesk Administrator', Action: 'terminate: no longer wanted' },
      ])
      await gdapOn(reported, 'apply', '--dir', dir, '--yes')
      const waiting = await report('pending')
      expect(waiting).toHaveLength(2)
      expect(waiting[0]).toMatchObject({
        DaysWaiting: '0',
        InvitationUrl: expect.stringMatching(/\/granularAdminRelationships\/[0-9a-f-]{73}$/),
      })
      const { stdout } = await gdapOn(reported, 'report', 'pending')
      expect(stdout.split('\r\n')[0]).toBe(
        'CustomerTenantId,CustomerName,RelationshipId,DisplayName,CreatedDateTime,LockedDateTime,DaysWaiting,LapsesOn,InvitationUrl',
      )
      expect(await gdapOn(reported, 'report', 'drift')).toMatchObject({ status: 2 })
      expect(await gdapOn(reported, 'report', 'nothing')).toMatchObject({ status: 2 })
    } finally {
      await reported.close()
    }
  })

  it('exports everything in ISO dates', async () => {
    const dir = await folder({})
    await activeRelationship(server, customerId(11), '=1+1', [helpdesk])
    expect(await gdapOn(server, 'export', '--dir', dir)).toMatchObject({ status: 0 })
    const text = await readFile(join(dir, 'relationships.csv'), 'utf8')
    expect(text).toContain(",'=1+1,active,P730D,P180D,Helpdesk Administrator,")
    const row = listRows(text, relationshipColumns).find(({ DisplayName }) => DisplayName === '=1+1')
    expect(row).toMatchObject({
      CustomerTenantId: customerId(11),
      EndDateTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    })
    expect((await readFile(join(dir, 'assignments.csv'), 'utf8')).split('\r\n')[0]).toMatch(/^CustomerTenantId,/)
  })
})
