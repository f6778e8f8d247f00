/** Backup, restore, migrate and check, as an operator runs them on a store that has been worked with. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { run } from '#cli/program.ts'
import { openDatabase } from '#store/sqlite/driver.ts'
import { relationshipsOver } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'

let folder: string
/** A location nobody has open, with some of everything; tests work on copies of it. */
let worked: string
let out = ''
let err = ''

const made = { home: '', other: '', top: '', below: '', pinned: '', plain: '', active: '', pending: '' }

const work = async (server: TestServer): Promise<void> => {
  const { group, set, term, pin } = taxonomyOver(server.send)
  const kept = await group('Kept')
  made.home = await set(kept, 'Home')
  made.other = await set(kept, 'Other')
  made.top = await term(made.home, 'Top')
  const top = { set: made.home, term: made.top }
  made.below = await term(top, 'Below')
  made.plain = await term(made.other, 'Plain')
  made.pinned = await pin(top, made.other)
  const { relationship } = relationshipsOver(server.send, (id, body) => server.customer('approve', id, body))
  const ofNorthwind = { duration: 'P180D', customer: { tenantId: wellKnown.northwind } }
  made.pending = await relationship('approvalPending', { displayName: 'Waits', ...ofNorthwind })
  made.active = await relationship('active', { displayName: 'Works', ...ofNorthwind })
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-upkeep-'))
  worked = join(folder, 'worked')
  const server = await startTestServer({ inMemory: false, location: worked })
  await work(server)
  await server.parts.audit.settle(wellKnown.contoso)
  await server.close()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

beforeEach(() => {
  out = ''
  err = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += text
    return true
  })
})
afterEach(() => vi.restoreAllMocks())

const database = (location: string): string => join(location, 'relata.db')
let copies = 0
const copyOf = async (location: string): Promise<string> => {
  copies += 1
  const copy = join(folder, `copy-${copies}`)
  await mkdir(copy)
  await copyFile(database(location), database(copy))
  return copy
}

/** Statements on the file itself, past every rule. */
const onDatabase = async <T>(
  file: string,
  work: (query: (sql: string) => readonly (readonly unknown[])[], exec: (sql: string) => void) => T,
): Promise<T> => {
  const connection = openDatabase(file)
  try {
    connection.exec('pragma foreign_keys = off')
    return work(
      (sql) => connection.prepare(sql).all([]),
      (sql) => connection.exec(sql),
    )
  } finally {
    connection.close()
  }
}
const groupsIn = (location: string) =>
  onDatabase(database(location), (query) => query('select "display_name" from "term_store_group" order by 1').flat())

describe('relata check', () => {
  it('finds nothing in a store that only requests have changed', async () => {
    expect(await run(['check', '--location', worked], {})).toBe(0)
    expect(out).toBe('checked 3 tenants: nothing is wrong\n')
  })

  const id = "'00000000-0000-4000-8000-00000000dead'"
  const term = (which: 'top' | 'below' | 'plain') => `"id" = '${made[which]}'`
  /** Invariant → a statement that breaks it, and what is then said. */
  const damages: Readonly<Record<string, readonly [sql: () => string, says: () => string]>> = {
    'a term whose set is gone': [
      () => `update "term_store_term" set "set_id" = ${id} where ${term('plain')}`,
      () => `reference: tenant ${wellKnown.contoso}: term ${made.plain}: its set is set`,
    ],
    'a term whose parent is gone': [
      () => `delete from "term_store_term" where ${term('top')}`,
      () => `reference: tenant ${wellKnown.contoso}: term ${made.below}: its parent is term ${made.top}`,
    ],
    'a parent of another set': [
      () => `update "term_store_term" set "parent_id" = '${made.below}', "level" = 3 where ${term('plain')}`,
      () => `parent: tenant ${wellKnown.contoso}: term ${made.plain}: its parent ${made.below} does not occur`,
    ],
    'a wrong level': [
      () => `update "term_store_term" set "level" = 5 where ${term('below')}`,
      () => `level: tenant ${wellKnown.contoso}: term ${made.below}: it is at level 2, but its level is 5`,
    ],
    'a wrong height': [
      () => `update "term_store_term" set "height" = 1 where ${term('top')}`,
      () => `height: tenant ${wellKnown.contoso}: term ${made.top}: its branch has 2 levels`,
    ],
    'a term above itself': [
      () => `update "term_store_term" set "parent_id" = '${made.below}' where ${term('top')}`,
      () => `cycle: tenant ${wellKnown.contoso}: term`,
    ],
    'pins that mirror each other': [
      () =>
        `insert into "term_store_relation" ("tenant_no", "id", "relationship", "from_term_id", "to_term_id", "set_id")
         select "tenant_no", 'r!x', 'pin', '${made.below}', '${made.plain}', '${made.home}' from "term_store_term" where ${term('plain')};
         update "term_store_relation" set "from_term_id" = '${made.plain}' where "id" = '${made.pinned}'`,
      () => `cycle: tenant ${wellKnown.contoso}: `,
    ],
    'a term shared with its own set': [
      () => `update "term_store_relation" set "set_id" = '${made.home}' where "id" = '${made.pinned}'`,
      () => `twice: tenant ${wellKnown.contoso}: relation ${made.pinned}: term ${made.top} has its home in set`,
    ],
    'a mirrored term that is there already': [
      () =>
        `insert into "term_store_relation" ("tenant_no", "id", "relationship", "to_term_id", "set_id")
         select "tenant_no", 'r!x', 'reuse', "id", '${made.other}' from "term_store_term" where ${term('below')}`,
      () => `twice: tenant ${wellKnown.contoso}: relation ${made.pinned}: it shows term ${made.below}`,
    ],
    'a relation whose id is another place': [
      () => `update "term_store_relation" set "id" = 'r!AAAA' where "id" = '${made.pinned}'`,
      () => `relation-id: tenant ${wellKnown.contoso}: relation r!AAAA`,
    ],
    'a term without labels': [
      () => `update "term_store_term" set "labels" = '[]' where ${term('plain')}`,
      () => `label: tenant ${wellKnown.contoso}: term ${made.plain}: it has no label`,
    ],
    'a term without a default label': [
      () => `update "term_store_term" set "labels" = replace("labels", 'true', 'false') where ${term('plain')}`,
      () => `label-default: tenant ${wellKnown.contoso}: term ${made.plain}: it has no default label in en-us`,
    ],
    'siblings with one default label': [
      () =>
        `update "term_store_term" set "labels" = replace("labels", 'Plain', 'TOP'), "sort_key" = 'top' where ${term('plain')}`,
      () => `label-clash: tenant ${wellKnown.contoso}: term `,
    ],
    'sets with one name': [
      () =>
        `update "term_store_set" set ("localized_names", "sort_key") = (select "localized_names", "sort_key" from "term_store_set" where "id" = '${made.other}') where "id" = '${made.home}'`,
      () => `set-clash: tenant ${wellKnown.contoso}: set `,
    ],
    'a language that Microsoft has not': [
      () => `update "term_store_store" set "language_tags" = replace("language_tags", 'fr-FR', 'en-UK')`,
      () => `language: tenant ${wellKnown.contoso}: store`,
    ],
    'a row with the id of none': [
      () =>
        `update "term_store_term" set "parent_id" = '00000000-0000-0000-0000-000000000000' where ${term('below')};
         update "term_store_term" set "id" = '00000000-0000-0000-0000-000000000000' where ${term('top')}`,
      () => `id: tenant ${wellKnown.contoso}: term 00000000-0000-0000-0000-000000000000`,
    ],
    'a wrong sort key': [
      () => `update "term_store_term" set "sort_key" = 'zzz' where ${term('plain')}`,
      () => `sort-key: tenant ${wellKnown.contoso}: term ${made.plain}`,
    ],
    'a term whose words are not in the index of searches': [
      () => `delete from "term_store_term__labels__words" where "owner_id" = '${made.plain}' and "entry" like '0%'`,
      () => `label-words: tenant ${wellKnown.contoso}: term ${made.plain}: the index for searches does not have`,
    ],
    'words of a term that is not there': [
      () => `update "term_store_term__labels__words" set "owner_id" = 'nobody' where "owner_id" = '${made.plain}'`,
      () => `label-words: tenant ${wellKnown.contoso}: term nobody: the index for searches has words`,
    ],
    'a label that cannot be searched': [
      () => `update "term_store_term__labels" set "name" = 'other' where "owner_id" = '${made.plain}'`,
      () => `lookup: tenant ${wellKnown.contoso}: term ${made.plain}: a search by its labels does not find it`,
    ],
    'a label too many to search': [
      () =>
        `insert into "term_store_term__labels" select "tenant_no", 'gone', 0, 'x', 'en-us', 1 from "term_store_term" where ${term('plain')}`,
      () => `lookup: tenant ${wellKnown.contoso}: term gone: `,
    ],
    'a name folded wrongly': [
      () => `update "term_store_group" set "display_name_fold" = 'x' where "display_name" = 'Kept'`,
      () => `lookup: tenant ${wellKnown.contoso}: group `,
    ],
    'a set without a name': [
      () => `update "term_store_set" set "localized_names" = '[]' where "id" = '${made.home}'`,
      () => `set-name: tenant ${wellKnown.contoso}: set ${made.home}`,
    ],
    'a set seen from elsewhere than its group': [
      () => `update "term_store_set" set "site_collection_id" = ${id} where "id" = '${made.home}'`,
      () => `set-visibility: tenant ${wellKnown.contoso}: set ${made.home}`,
    ],
    'a wrong count': [
      () => `update "term_store_set" set "term_count" = 9 where "id" = '${made.home}'`,
      () => `count: tenant ${wellKnown.contoso}: set ${made.home}: termCount is 9, but there are 2`,
    ],
    'an order that names a stranger': [
      () => `update "term_store_term" set "custom_sort_order" = '["${made.plain}"]' where ${term('top')}`,
      () => `order: tenant ${wellKnown.contoso}: term ${made.top}: its order names ${made.plain}, which is no child`,
    ],
    'an order of a set that names a term of the second level': [
      () => `update "term_store_set" set "custom_sort_order" = '["${made.below}"]' where "id" = '${made.home}'`,
      () => `order: tenant ${wellKnown.contoso}: set ${made.home}: its order names ${made.below}`,
    ],
    'an order of a pin that names a child twice': [
      () =>
        `update "term_store_relation" set "custom_sort_order" = '["${made.below}","${made.below}"]' where "id" = '${made.pinned}'`,
      () => `order: tenant ${wellKnown.contoso}: relation ${made.pinned}: its order names a child twice`,
    ],
    'a term replaced by none': [
      () => `update "term_store_term" set "replaced_by" = ${id} where ${term('plain')}`,
      () => `replaced-by: tenant ${wellKnown.contoso}: term ${made.plain}: it is replaced by`,
    ],
    'a term replaced by itself': [
      () =>
        `update "term_store_term" set "replaced_by" = '${made.plain}' where ${term('top')};
         update "term_store_term" set "replaced_by" = '${made.top}' where ${term('plain')}`,
      () => `replaced-by: tenant ${wellKnown.contoso}: term `,
    ],
    'a merged id that its survivor does not know': [
      () =>
        `insert into "relata_merged_term" ("tenant_no", "id", "into", "merged_date_time")
         select "tenant_no", ${id}, "id", '2026-01-01T00:00:00.000Z' from "term_store_term" where ${term('plain')}`,
      () => `merged-id: tenant ${wellKnown.contoso}: merged id 00000000-0000-4000-8000-00000000dead: it leads to`,
    ],
    'a merged id that leads nowhere': [
      () =>
        `update "term_store_term" set "merged_term_ids" = '["00000000-0000-4000-8000-00000000dead"]' where ${term('plain')}`,
      () => `merged-id: tenant ${wellKnown.contoso}: term ${made.plain}: of its mergedTermIds`,
    ],
    'a merged id that a term has': [
      () =>
        `insert into "relata_merged_term" ("tenant_no", "id", "into", "merged_date_time")
         select "tenant_no", "id", '${made.top}', '2026-01-01T00:00:00.000Z' from "term_store_term" where ${term('plain')}`,
      () => `merged-id: tenant ${wellKnown.contoso}: merged id ${made.plain}: a term has the id`,
    ],
    'a job in a state that is none': [
      () => `insert into "relata_job" ("tenant_no", "id", "kind", "digest", "options", "by", "state", "step", "done",
          "total", "created_date_time", "changed_date_time")
        select "tenant_no", ${id}, 'apply', 'x', '{}', '{', 'odd', 0, 0, 0, '2026-01-01T00:00:00.000Z',
          '2026-01-01T00:00:00.000Z' from "term_store_term" where ${term('plain')}`,
      () => `job: tenant ${wellKnown.contoso}: job 00000000-0000-4000-8000-00000000dead: its state is 'odd'`,
    ],
    'a status that is none': [
      () => `update "delegated_admin_relationship" set "status" = 'odd' where "id" = '${made.active}'`,
      () => `status: tenant ${wellKnown.contoso}: relationship ${made.active}: its status is 'odd'`,
    ],
    'an active relationship without an end': [
      () => `update "delegated_admin_relationship" set "end_date_time" = null where "id" = '${made.active}'`,
      () => `dates: tenant ${wellKnown.contoso}: relationship ${made.active}: it is active, but has no endDateTime`,
    ],
    'a relationship that ends before it began': [
      () =>
        `update "delegated_admin_relationship" set "end_date_time" = '2001-01-01T00:00:00.000Z' where "id" = '${made.active}'`,
      () => `dates: tenant ${wellKnown.contoso}: relationship ${made.active}: it ends (2001`,
    ],
    'a pending relationship that was activated': [
      () =>
        `update "delegated_admin_relationship" set "activated_date_time" = '2026-01-01T00:00:00.000Z' where "id" = '${made.pending}'`,
      () => `dates: tenant ${wellKnown.contoso}: relationship ${made.pending}: it is approvalPending, but has`,
    ],
    'a duration that is not in days and time': [
      () => `update "delegated_admin_relationship" set "duration" = 'P6M' where "id" = '${made.active}'`,
      () => `duration: tenant ${wellKnown.contoso}: relationship ${made.active}: its duration is P6M`,
    ],
    'a partner that is its own customer': [
      () =>
        `update "delegated_admin_relationship" set "customer_tenant_id" = '${wellKnown.contoso}' where "id" = '${made.pending}'`,
      () => `own-customer: tenant ${wellKnown.contoso}: relationship ${made.pending}: the partner is`,
    ],
    'an assignment that outlives its relationship': [
      () =>
        `insert into "delegated_admin_access_assignment" ("tenant_no", "id", "status", "access_container", "access_details", "relationship_id")
         select "tenant_no", 'late', 'active', '{"accessContainerId":"x"}', '{"unifiedRoles":[]}', "id" from "delegated_admin_relationship" where "id" = '${made.active}';
         update "delegated_admin_relationship" set "status" = 'expired' where "id" = '${made.active}'`,
      () => `outlives: tenant ${wellKnown.contoso}: assignment late`,
    ],
    'a customer that is not listed': [
      () => 'delete from "delegated_admin_service_management_detail"; delete from "delegated_admin_customer"',
      () => `customer: tenant ${wellKnown.contoso}: customer ${wellKnown.northwind}: a relationship`,
    ],
    'an end nobody will notice': [
      () => `delete from "relata_agenda_entry" where "kind" = 'gdap.end' and "subject" = '${made.active}'`,
      () =>
        `agenda-missing: tenant ${wellKnown.contoso}: relationship ${made.active}: there is no due entry 'gdap.end' at 20`,
    ],
    'a lapse at another time': [
      () =>
        `update "relata_agenda_entry" set "due_date_time" = '2199-01-01T00:00:00.000Z' where "kind" = 'gdap.lapse' and "subject" = '${made.pending}'`,
      () =>
        `agenda-missing: tenant ${wellKnown.contoso}: relationship ${made.pending}: there is no due entry 'gdap.lapse'`,
    ],
    'an assignment that waits for ever': [
      () =>
        `insert into "delegated_admin_access_assignment" ("tenant_no", "id", "status", "access_container", "access_details", "relationship_id")
         select "tenant_no", 'stuck', 'pending', '{"accessContainerId":"x"}', '{"unifiedRoles":[]}', "id" from "delegated_admin_relationship" where "id" = '${made.active}'`,
      () => `agenda-missing: tenant ${wellKnown.contoso}: assignment stuck`,
    ],
    'an entry for what is gone': [
      () =>
        `update "relata_agenda_entry" set "subject" = 'nobody' where "kind" = 'gdap.reminder7' and "subject" = '${made.active}'`,
      () => `agenda-stale: tenant ${wellKnown.contoso}: due entry gdap.reminder7|nobody`,
    ],
    'an event without a place': [
      () => `update "relata_outbox_event" set "sequence" = 0 where "sequence" = 1`,
      () => `event-order: tenant ${wellKnown.contoso}: event `,
    ],
    'an event in the wrong bucket': [
      () => `update "relata_outbox_event" set "bucket" = 999 where "sequence" = 1`,
      () => `event-bucket: tenant ${wellKnown.contoso}: event `,
    ],
    'a validation event of no registration': [
      () => `insert into "relata_validation_event" ("tenant_no", "id", "target_id", "callback_url", "results", "created_date_time")
        select "tenant_no", ${id}, 'none', 'https://a.example/', '[]', '2026-01-01T00:00:00.000Z'
          from "term_store_term" where ${term('plain')}`,
      () =>
        `validation-event: tenant ${wellKnown.contoso}: validation event 00000000-0000-4000-8000-00000000dead: it is of no`,
    ],
    'a record of the log that says something else': [
      () => `update "directory_audit" set "result_reason" = 'another' where "chained" is not null`,
      () => `audit-record: tenant ${wellKnown.contoso}: link `,
    ],
    'a record of the log that is gone': [
      () => `delete from "directory_audit" where "chained" is not null`,
      () => `audit-record: tenant ${wellKnown.contoso}: link `,
    ],
    'a record of the log whose link is another one': [
      () => `update "directory_audit" set "chained" = 9999 where "chained" is not null`,
      () => `audit-record: tenant ${wellKnown.contoso}: audit record `,
    ],
    'a link that was changed': [
      () => `update "relata_audit_link" set "leaf" = "link" where "id" = '0000000000000002'`,
      () => `audit-chain: tenant ${wellKnown.contoso}: link 2: it is not the one`,
    ],
    'a link that is gone': [
      () => `delete from "relata_audit_link" where "id" = '0000000000000002'`,
      () => `audit-chain: tenant ${wellKnown.contoso}: link 3: it follows link 1`,
    ],
    'a chain that was cut off': [
      () => `delete from "relata_audit_link" where "id" > '0000000000000002'`,
      () => `audit-chain: tenant ${wellKnown.contoso}: link 2: it is the last one`,
    ],
    'an entry of no known kind': [
      () =>
        `update "relata_agenda_entry" set "kind" = 'other' where "kind" = 'gdap.reminder7' and "subject" = '${made.active}'`,
      () => `agenda-stale: tenant ${wellKnown.contoso}: due entry other|`,
    ],
  }

  it.each(Object.keys(damages))('finds %s, and says what to do', async (name) => {
    const [sql, says] = damages[name] ?? [() => '', () => '']
    const location = await copyOf(worked)
    await onDatabase(database(location), (_, exec) => exec(sql()))
    const before = await stat(database(location))
    expect(await run(['check', '-l', location], {})).toBe(1)
    const line = out.split('\n').find((text) => text.startsWith(says()))
    expect(line, out).toMatch(/; \w/)
    expect(out).toMatch(/checked 3 tenants: \d+ faults?\n$/)
    expect((await stat(database(location))).size).toBe(before.size)
  })

  it('speaks JSON lines', async () => {
    const location = await copyOf(worked)
    await onDatabase(database(location), (_, exec) => exec('update "term_store_store" set "set_count" = 99'))
    expect(await run(['check', '-l', location, '--output', 'json'], {})).toBe(1)
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>)
    expect(lines).toHaveLength(3)
    expect(lines[0]).toMatchObject({ rule: 'count', tenantId: wellKnown.contoso, advice: expect.any(String) })
  })

  it('does not miss what is held back on purpose', async () => {
    const location = await copyOf(worked)
    await onDatabase(database(location), (_, exec) =>
      exec(`insert into "delegated_admin_access_assignment" ("tenant_no", "id", "status", "access_container", "access_details", "relationship_id")
        select "tenant_no", 'stuck', 'pending', '{"accessContainerId":"x"}', '{"unifiedRoles":[]}', "id" from "delegated_admin_relationship" where "id" = '${made.active}'`),
    )
    expect(await run(['check', '-l', location], { RELATA_GDAP_STUCK: 'assignment.pending' })).toBe(0)
  })

  it('says when the file itself is damaged', async () => {
    const location = await copyOf(worked)
    const handle = await open(database(location), 'r+')
    await handle.write(Buffer.alloc(8 * 4096, 0x5a), 0, 8 * 4096, 40 * 4096)
    await handle.close()
    expect(await run(['check', '-l', location], {})).toBe(1)
    expect(out).toMatch(/^file: .*relata\.db: .+; restore a backup$/m)
  })

  it('needs a database', async () => {
    expect(await run(['check', '-l', join(folder, 'nowhere')], {})).toBe(1)
    expect(err).toContain('the first start creates it')
    expect(existsSync(join(folder, 'nowhere'))).toBe(false)
  })
})

describe('relata backup', () => {
  it('copies while a server runs and writes, and the copy is whole', async () => {
    const location = await copyOf(worked)
    const server = await startTestServer({ inMemory: false, location })
    const { group } = taxonomyOver(server.send)
    let writes = 0
    let isOver = false
    const writing = (async () => {
      for (; !isOver; writes += 1) await group(`During ${writes}`)
    })()
    const copy = join(folder, 'online.db')
    await vi.waitFor(() => expect(writes).toBeGreaterThan(2), { interval: 5, timeout: 15_000 })
    expect(await run(['backup', copy, '-l', location], {})).toBe(0)
    isOver = true
    await writing
    await server.close()
    expect(out).toMatch(/^wrote .*online\.db: \d+ bytes, from .*, schema \d{4}-/)
    expect((await stat(copy)).mode & 0o777).toBe(0o600)
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([])
    const restored = join(folder, 'restored')
    expect(await run(['restore', copy, '-l', restored], {})).toBe(0)
    expect(await run(['check', '-l', restored], {})).toBe(0)
    const groups = await groupsIn(restored)
    expect(groups).toContain('Kept')
    expect(groups).toContain('During 0')
  })

  it('replaces an older copy only by a whole one', async () => {
    const copy = join(folder, 'again.db')
    const older = 'SQLite format 3\0, and more'
    await writeFile(copy, older)
    expect(await run(['backup', copy, '-l', join(folder, 'nowhere')], {})).toBe(1)
    expect(err).toContain('there is no database')
    expect((await stat(copy)).size).toBe(older.length)
    expect(await run(['backup', copy, '-l', worked], {})).toBe(0)
    expect((await stat(copy)).size).toBeGreaterThan(100_000)
  })

  it('leaves a file alone that is no copy', async () => {
    const notes = join(folder, 'notes.txt')
    await writeFile(notes, 'precious')
    expect(await run(['backup', notes, '-l', worked], {})).toBe(1)
    expect(err).toContain('notes.txt is there already, and is no backup')
    expect((await stat(notes)).size).toBe('precious'.length)
    await writeFile(notes, '')
    expect(await run(['backup', notes, '-l', worked], {})).toBe(0)
  })

  it('deletes what a killed one has left beside the same file', async () => {
    const copy = join(folder, 'killed.db')
    const { pid } = spawnSync(process.execPath, ['--version'])
    for (const draft of [`killed.db.${pid}.1.part`, `killed.db.${pid}.1.part-journal`, `other.db.${pid}.1.part`])
      await writeFile(join(folder, draft), '')
    expect(await run(['backup', copy, '-l', worked], {})).toBe(0)
    const left = (await readdir(folder)).filter((name) => name.includes(`.${pid}.`))
    expect(left).toEqual([`other.db.${pid}.1.part`])
  })

  it('says what to do where it cannot write', async () => {
    expect(await run(['backup', join(folder, 'no', 'copy.db'), '-l', worked], {})).toBe(1)
    expect(err).toBe(`relata: there is no folder ${join(folder, 'no')}\ntip: make it first, or name another file\n`)
  })

  it('leaves keys and certificates out', async () => {
    const copy = join(folder, 'alone.db')
    expect(await run(['backup', copy, '-l', worked], {})).toBe(0)
    const restored = join(folder, 'fresh')
    expect(await run(['restore', copy, '-l', restored], {})).toBe(0)
    expect((await readdir(restored)).sort()).toEqual(['relata.db', 'relata.lock'])
    expect((await stat(join(restored, 'relata.lock'))).size).toBe(0)
  })
})

describe('relata restore', () => {
  let copy: string
  beforeAll(async () => {
    copy = join(folder, 'good.db')
    await copyFile(database(worked), copy)
  })

  it('refuses the database of a running server', async () => {
    const location = await copyOf(worked)
    const server = await startTestServer({ inMemory: false, location })
    const { group } = taxonomyOver(server.send)
    await group('Alive')
    expect(await run(['restore', copy, '-l', location, '--replace'], {})).toBe(1)
    expect(err).toContain('is in use; stop the server first')
    await group('Still alive')
    await server.close()
    expect(await groupsIn(location)).toContain('Still alive')
  })

  it('takes the place of a database only when told, and keeps it', async () => {
    const location = await copyOf(worked)
    await onDatabase(database(location), (_, exec) =>
      exec(`update "term_store_group" set "display_name" = 'Changed' where "display_name" = 'Kept'`),
    )
    expect(await run(['restore', copy, '-l', location], {})).toBe(1)
    expect(err).toContain('--replace')
    expect(await groupsIn(location)).toContain('Changed')
    expect(await run(['restore', copy, '-l', location, '--replace'], {})).toBe(0)
    expect(await groupsIn(location)).toContain('Kept')
    const kept = /kept the database that was there as (.*)\n/.exec(out)?.[1] ?? ''
    const old = await onDatabase(kept, (query) => query('select "display_name" from "term_store_group"').flat())
    expect(old).toContain('Changed')
  })

  it('refuses a newer schema, and leaves nothing behind', async () => {
    const newer = join(folder, 'newer.db')
    await copyFile(copy, newer)
    await onDatabase(newer, (_, exec) =>
      exec(`insert into "relata_migration" values (9999, 'of-tomorrow', 'x', '2099-01-01')`),
    )
    const location = join(folder, 'never')
    expect(await run(['restore', newer, '-l', location], {})).toBe(1)
    expect(err).toContain('it was made by a newer version of Relata: it has migration 9999-of-tomorrow')
    expect(err).toContain(newer)
    expect(await readdir(location)).toEqual([])
  })

  it.each([
    ['text', 'not a database at all'],
    ['a file cut short', undefined],
  ])('refuses %s', async (_, text) => {
    const bad = join(folder, 'bad.db')
    if (text === undefined) {
      await writeFile(bad, (await readFile(copy)).subarray(0, 200_000))
    } else await writeFile(bad, text)
    expect(await run(['restore', bad, '-l', join(folder, 'never')], {})).toBe(1)
    expect(err).toContain('bad.db cannot be restored')
  })

  it('is wrong usage without a file', async () => {
    expect(await run(['restore'], {})).toBe(2)
  })
})

describe('relata migrate', () => {
  it('says that nothing is to be done', async () => {
    expect(await run(['migrate', '--dry-run', '-l', worked], {})).toBe(0)
    expect(out).toMatch(/is up to date: schema \d{4}-/)
  })

  it('shows what it would run, and runs it', async () => {
    const location = join(folder, 'old')
    await mkdir(location)
    await onDatabase(database(location), (_, exec) =>
      exec(
        'create table "relata_migration" ("number" integer primary key, "name" text not null, "checksum" text not null, "applied_at" text not null)',
      ),
    )
    expect(await run(['check', '-l', location], {})).toBe(1)
    expect(err).toContain('relata migrate does it')
    expect(await run(['migrate', '--dry-run', '-l', location], {})).toBe(0)
    expect(out).toContain('would run 0001-init\n')
    const tables = () => onDatabase(database(location), (query) => query('select name from sqlite_master').flat())
    expect(await tables()).not.toContain('term_store_term')
    expect(await run(['migrate', '-l', location], {})).toBe(0)
    expect(await tables()).toContain('term_store_term')
  })

  it('refuses a database of a newer version', async () => {
    const location = await copyOf(worked)
    await onDatabase(database(location), (_, exec) =>
      exec(`insert into "relata_migration" values (9999, 'of-tomorrow', 'x', '2099-01-01')`),
    )
    expect(await run(['migrate', '-l', location], {})).toBe(1)
    expect(err).toContain('9999-of-tomorrow')
  })
})
