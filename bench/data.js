/** Fills two databases with the same taxonomy: Relata's own through its engine, the reference's by plain inserts. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { defaultConfig } from '../dist/app/config.js'
import { openParts } from '../dist/app/parts.js'
import { wellKnown } from '../dist/app/seed/seed-data.js'
import { dataFolder, schemaMark } from './folder.js'

export const sets = 100
export const termsPerSet = 1000

export const bodyOf = (set, term) => ({
  labels: [
    { name: `Term ${set}-${term}`, languageTag: 'en-US', isDefault: true },
    { name: `Word ${set}-${term}`, languageTag: 'en-US', isDefault: false },
    { name: `Begriff ${set}-${term}`, languageTag: 'de-DE', isDefault: true },
  ],
})

export const post = async (handle, path, body) => {
  const answer = await handle({
    method: 'POST',
    version: 'v1.0',
    path,
    query: '',
    headers: {},
    body: Buffer.from(JSON.stringify(body)),
    origin: 'https://localhost',
    requestId: 'bench',
    clientRequestId: 'bench',
    actor: { kind: 'app', tenantId: wellKnown.contoso, permissions: new Set(['TermStore.ReadWrite.All']) },
  })
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${answer.body}`)
  return JSON.parse(answer.body)
}

const fillRelata = async (location) => {
  const parts = await openParts({ ...defaultConfig, database: location })
  const group = await post(parts.handle, '/termStore/groups', { displayName: 'Bench' })
  const filled = []
  for (let set = 0; set < sets; set += 1) {
    const { id } = await post(parts.handle, '/termStore/sets', {
      parentGroup: { id: group.id },
      localizedNames: [{ languageTag: 'en-US', name: `Set ${set}` }],
    })
    const terms = await Promise.all(
      Array.from({ length: termsPerSet }, (_, term) =>
        post(parts.handle, `/termStore/sets/${id}/children`, bodyOf(set, term)),
      ),
    )
    filled.push({ id, terms })
  }
  // Else each copy would go on with the chain while it is measured.
  await parts.audit.settle(wellKnown.contoso)
  await parts.close()
  return filled
}

const fillReference = (file, filled) => {
  const db = new DatabaseSync(file)
  db.exec(`pragma journal_mode = wal;
           create table term (id text primary key, created_at text, modified_at text, labels text, descriptions text,
             set_id text not null, parent_id text, sort_key text not null);
           create index term_children on term (set_id, parent_id, sort_key, id);
           create table relation (id text primary key, set_id text, from_id text, to_id text, kind text);
           create index relation_target on relation (to_id)`)
  const add = db.prepare('insert into term values (?, ?, ?, ?, ?, ?, null, ?)')
  db.exec('begin')
  for (const { id, terms } of filled)
    for (const term of terms)
      add.run(
        term.id,
        term.createdDateTime,
        term.lastModifiedDateTime,
        JSON.stringify(term.labels),
        '[]',
        id,
        term.labels.find((label) => label.languageTag === 'en-US').name.toLowerCase(),
      )
  db.exec('commit')
  db.close()
}

/** Makes the databases once and keeps them in `bench/.data`; returns their places and the ids in them. */
export const prepare = async () => {
  const folder = join(dataFolder, 'both')
  const location = join(folder, 'relata')
  const reference = join(folder, 'reference.db')
  const index = join(folder, `chained-${await schemaMark()}.json`)
  if (!existsSync(index)) {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    const filled = await fillRelata(location)
    fillReference(reference, filled)
    await writeFile(index, JSON.stringify(filled.map(({ id, terms }) => ({ id, terms: terms.map((term) => term.id) }))))
  }
  return { location, reference, ids: JSON.parse(await readFile(index, 'utf8')) }
}
