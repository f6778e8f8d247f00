/** `relata backup`, `restore`, `migrate` and `check`: the database commands of an operator. */
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import type { Config } from '#app/config.ts'
import { tidyFolder } from '#app/trust/private-folder.ts'
import { backUp, restore } from '#app/upkeep/backup.ts'
import { checkStore } from '#app/upkeep/check.ts'
import { systemClock } from '#base/clock.ts'
import { printable, printableJson } from '#base/json.ts'
import { fileFaults } from '#store/sqlite/maintenance/file-maintenance.ts'
import { type LookupFault, lookupFaults } from '#store/sqlite/maintenance/lookup-faults.ts'
import { databaseFile } from '#store/sqlite/store.ts'
import { openStore } from '#store/store.ts'
import { openBulk, strayRows } from '#store/transfer.ts'
import type { Finding } from '#workloads/finding.ts'
import { models } from '#workloads/models.ts'
import { type DatabaseSettings, needFile, needSchema, needSqlite, needUpgraded, tellDatabase } from './schema.ts'

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

function count(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? '' : 's'}`
}

/** An older backup is replaced, and nothing else. Throws for a file that is none; an empty one is nothing. */
function needBackup(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return
  const file = openSync(path, 'r')
  try {
    const start = Buffer.alloc(sqliteMark.length)
    const length = readSync(file, start)
    if (length > 0 && start.toString('latin1') !== sqliteMark)
      throw new Error(`${path} is there already, and is no backup\ntip: name another file`)
  } finally {
    closeSync(file)
  }
}

const sqliteMark = 'SQLite format 3\0'

export async function runBackup(config: Config, file: string): Promise<void> {
  needSqlite(config, 'backup', 'pg_dump')
  const { location } = config
  const source = needFile(location)
  needBackup(file)
  const { bytes, schema } = await backUp({ location, file })
  say(`wrote ${file}: ${bytes} bytes, from ${source}, schema ${schema.applied.at(-1)}`)
}

export async function runRestore(config: Config, file: string, replace: boolean): Promise<void> {
  needSqlite(config, 'restore', 'pg_restore')
  const { location } = config
  const { schema, kept } = await restore({ location, file, replace })
  tidyFolder(location, (text) => process.stderr.write(`relata: ${text}\n`))
  if (kept !== undefined) say(`kept the database that was there as ${kept}`)
  const later = schema.pending.length === 0 ? '' : `; the next start brings it to ${schema.pending.at(-1)}`
  say(`restored ${databaseFile(location)} from ${file}: schema ${schema.applied.at(-1)}${later}`)
}

/** Nobody waits for a request here: a statement over a whole tenant may take its time. */
const longestMillis = 3_600_000

function open({ location, databaseUrl }: DatabaseSettings) {
  return openStore({
    models: Object.values(models),
    location,
    ...(databaseUrl === undefined ? {} : { url: databaseUrl }),
    answerMillis: longestMillis,
  })
}

/** Not required before a start, which does the same; for a preview, or for another time than the start. */
export async function runMigrate(config: Config, dryRun: boolean): Promise<void> {
  const { name: file, schema } = await needSchema(config)
  if (schema.pending.length === 0) {
    say(`${file} is up to date: schema ${schema.applied.at(-1)}`)
    return
  }
  tellDatabase(config)
  for (const [at, name] of schema.pending.entries()) {
    const goesOn = at === 0 && schema.readOfFirst !== undefined
    const begun = goesOn ? `, from row ${schema.readOfFirst} on, where it was interrupted` : ''
    say(`${dryRun ? 'would run' : 'running'} ${name}${begun}`)
  }
  if (dryRun) return
  await (await open(config)).close()
  say(`${file} is up to date: schema ${schema.pending.at(-1)}`)
}

function lineOf({ rule, tenantId, at, what, advice }: Finding): string {
  return printable(`${rule}: tenant ${tenantId}: ${at}: ${what}; ${advice}`)
}

function lookupFinding({ tenantId, type, id, key }: LookupFault): Finding {
  return {
    rule: 'lookup',
    tenantId,
    at: `${type.slice(type.lastIndexOf('.') + 1)} ${id}`,
    what: `a search by its ${key} does not find it, or finds it by another value`,
    advice: `PATCH its ${key} to something else and back; if the row is gone, restore a backup`,
  }
}

async function strayFindings({ location, databaseUrl }: DatabaseSettings): Promise<Finding[]> {
  const place = databaseUrl === undefined ? { location } : { url: databaseUrl }
  const bulk = await openBulk(place, { models: Object.values(models), clock: systemClock, writes: false })
  try {
    return (await strayRows(bulk)).map(({ table, count: rows }) => ({
      rule: 'tenant',
      tenantId: 'removed',
      at: `table ${table}`,
      what: `${count(rows, 'row')} of a tenant that is not there`,
      advice: 'start a server: it goes on with the removal of the tenant; if the rows stay, restore a backup',
    }))
  } finally {
    await bulk.close()
  }
}

async function isFileBroken(file: string, output: Config['output']): Promise<boolean> {
  const faults = await fileFaults(file)
  for (const fault of faults)
    say(
      output === 'json'
        ? printableJson({ rule: 'file', at: file, what: fault, advice: 'restore a backup' })
        : `file: ${file}: ${fault}; restore a backup`,
    )
  return faults.length > 0
}

/** Returns the exit code: 1 when a fault was found. */
export async function runCheck(config: Config): Promise<number> {
  const { location, databaseUrl, output, gdap } = config
  tellDatabase(config)
  // PostgreSQL maintains its own files.
  if (databaseUrl === undefined && (await isFileBroken(needFile(location), output))) return 1
  const name = await needUpgraded(config)
  const store = await open(config)
  try {
    const tell = (finding: Finding): void => say(output === 'json' ? printableJson(finding) : lineOf(finding))
    const lookups = databaseUrl === undefined ? await lookupFaults(name, Object.values(models)) : []
    for (const fault of lookups) tell(lookupFinding(fault))
    const strays = await strayFindings(config)
    for (const finding of strays) tell(finding)
    const { tenants, findings: broken } = await checkStore(store, gdap, tell)
    const findings = broken + lookups.length + strays.length
    if (output === 'text' && findings === 0) say(`checked ${count(tenants, 'tenant')}: nothing is wrong`)
    if (output === 'text' && findings > 0) say(`checked ${count(tenants, 'tenant')}: ${count(findings, 'fault')}`)
    return findings === 0 ? 0 : 1
  } finally {
    await store.close()
  }
}
