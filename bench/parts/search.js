/** Typing into a search over a large taxonomy, on SQLite: `relata.search` with one to eight letters, German and Russian. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { defaultConfig } from '../../dist/app/config.js'
import { openParts } from '../../dist/app/parts.js'
import { wellKnown } from '../../dist/app/seed/seed-data.js'
import { fold } from '../../dist/base/text/fold.js'
import { post } from '../data.js'
import { count, median } from '../figures.js'

/** `BENCH_SEARCH_TERMS`: other sizes. */
const sizes = (process.env.BENCH_SEARCH_TERMS ?? '100000,1000000').split(',').map(Number)
const termsPerSet = 20_000
const asks = 400
/** Terms → p99 in milliseconds at most. */
const goalFor = (terms) => (terms > 100_000 ? 25 : 10)

const syllables = {
  'de-DE': [
    'Nord',
    'Süd',
    'wald',
    'berg',
    'straß',
    'müh',
    'öl',
    'haus',
    'werk',
    'recht',
    'bau',
    'grün',
    'le',
    'ung',
    'er',
  ],
  'ru-RU': ['Чёр', 'бел', 'мор', 'ной', 'ёл', 'ка', 'дом', 'река', 'ский', 'за', 'при', 'сто', 'лес', 'ий', 'ое'],
}

const tags = Object.keys(syllables)
const languages = { languageTags: ['en-US', ...tags] }

let seed = 20
const below = (limit) => {
  seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff
  return seed % limit
}
const wordIn = (tag) => Array.from({ length: 2 + below(3) }, () => syllables[tag][below(15)]).join('')
const nameIn = (tag) => Array.from({ length: 1 + below(3) }, () => wordIn(tag)).join(' ')

/** A set and a term that the rules have made; the others are rows like these. */
const makeModels = async (location) => {
  const { handle, close } = await openParts({ ...defaultConfig, database: location })
  try {
    await send(handle, 'PATCH', '/termStore', languages, 'TermStore.ReadWrite.All')
    const group = await post(handle, '/termStore/groups', { displayName: 'Search' })
    const localizedNames = [{ languageTag: 'en-US', name: 'Set' }]
    const { id } = await post(handle, '/termStore/sets', { parentGroup: { id: group.id }, localizedNames })
    const labels = tags.map((languageTag) => ({ languageTag, name: 'Model', isDefault: true }))
    const made = await post(handle, `/termStore/sets/${id}/children`, { labels })
    return { setId: id, termId: made.id }
  } finally {
    await close()
  }
}

/** Inserts rows like one that is there, with other values in some columns. */
const copierOf = (db, table, where, id) => {
  const model = db.prepare(`select * from "${table}" where "${where}" = ?`).get(id)
  const columns = Object.keys(model)
  const insert = db.prepare(
    `insert into "${table}" (${columns.map((name) => `"${name}"`).join(', ')}) values (${columns.map(() => '?').join(', ')})`,
  )
  return (changed) => insert.run(...columns.map((name) => changed[name] ?? model[name]))
}

/** Ids in the order in which they are made, as those of the product. */
const idOf = (number) =>
  `01998000-${`${Math.floor(number / 65_536)}`.padStart(4, '0')}-7000-8000-${number.toString(16).padStart(12, '0')}`

const words = 'term_store_term__labels__words'

/**
 * A database of an older version, which had no index of words: the next start makes it, as with any upgrade. By requests, a
 * million terms take ten times as long. Returns some of their labels.
 */
const fill = async (location, terms) => {
  const { setId: modelSet, termId: modelTerm } = await makeModels(location)
  const kept = Object.fromEntries(tags.map((tag) => [tag, []]))
  const db = new DatabaseSync(join(location, 'relata.db'))
  db.exec('pragma synchronous = off; pragma cache_size = -262144; begin')
  const addSet = copierOf(db, 'term_store_set', 'id', modelSet)
  const addSetName = copierOf(db, 'term_store_set__localized_names', 'owner_id', modelSet)
  const addTerm = copierOf(db, 'term_store_term', 'id', modelTerm)
  const addLabel = copierOf(db, 'term_store_term__labels', 'owner_id', modelTerm)
  let setId
  for (let at = 0; at < terms; at += 1) {
    if (at % termsPerSet === 0) {
      setId = idOf(terms + at)
      const name = `Set ${at}`
      const localized_names = JSON.stringify([{ name, languageTag: 'en-US' }])
      addSet({ id: setId, localized_names, sort_key: fold(name), term_count: Math.min(termsPerSet, terms - at) })
      addSetName({ owner_id: setId, name: fold(name) })
    }
    const labels = tags.map((languageTag) => ({ name: `${nameIn(languageTag)} ${at}`, isDefault: true, languageTag }))
    const id = idOf(at)
    addTerm({ id, set_id: setId, labels: JSON.stringify(labels), sort_key: fold(labels[0].name) })
    for (const [ordinal, { name, languageTag }] of labels.entries()) {
      addLabel({ owner_id: id, ordinal, name: fold(name), language_tag: fold(languageTag) })
      if (kept[languageTag].length < 5_000) kept[languageTag].push(name)
    }
  }
  const migration = db.prepare(`select max("number") as last from "relata_migration" where "name" = 'label-words'`)
  db.exec(`drop table "${words}"; delete from "relata_migration" where "number" >= ${migration.get().last}; commit`)
  db.close()
  return kept
}

const send = (handle, method, path, body, permission) =>
  handle({
    method,
    version: 'v1.0',
    path,
    query: '',
    headers: {},
    body: Buffer.from(JSON.stringify(body)),
    origin: 'https://localhost',
    requestId: 'bench',
    clientRequestId: 'bench',
    actor: { kind: 'app', tenantId: wellKnown.contoso, permissions: new Set([permission]) },
  })

/** What one answer takes, in milliseconds: by the clock, and of processors. */
const search = async (handle, text) => {
  const [used, began] = [process.cpuUsage(), performance.now()]
  const { status } = await send(handle, 'POST', '/termStore/relata.search', { text }, 'TermStore.Read.All')
  if (status !== 200) throw new Error(`a search was answered ${status}`)
  const { user, system } = process.cpuUsage(used)
  return { clock: performance.now() - began, cpu: (user + system) / 1000 }
}

/** Texts as they are typed, of the labels that are there. */
const typed = {
  '1 to 3 letters': (name) => name.slice(0, 1 + below(3)),
  '4 to 8 letters': (name) => name.slice(0, 4 + below(5)),
  'two words, the second begun': (name) => {
    const [first, second = first] = name.split(' ')
    return `${first.slice(0, 2 + below(3))} ${second.slice(0, 1 + below(3))}`
  },
}

const p99Of = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length * 0.99)]

const ask = async (handle, names, textOf) => {
  const runs = []
  for (let at = 0; at < asks; at += 1) runs.push(await search(handle, textOf(names[below(names.length)])))
  const of = (what) => runs.map((run) => run[what])
  return { middle: median(of('clock')), p99: p99Of(of('clock')), cpu: p99Of(of('cpu')) }
}

const typing = async (report, handle, labels, terms) => {
  const limit = goalFor(terms)
  for (const [tag, names] of Object.entries(labels))
    for (const [what, textOf] of Object.entries(typed)) {
      const { middle, p99, cpu } = await ask(handle, names, textOf)
      report({
        what: `typing ${what}, ${tag}, ${count(terms)} terms`,
        ours: `${middle.toFixed(1)} ms`,
        beside: `of processors, p99: ${cpu.toFixed(1)} ms`,
        p99: p99.toFixed(1),
        goal: `p99 ≤ ${limit} ms`,
        isMet: p99 <= limit,
      })
    }
}

export const searchPart = async (report) => {
  for (const terms of sizes) {
    const location = await mkdtemp(join(tmpdir(), 'relata-bench-'))
    let parts
    try {
      const labels = await fill(location, terms)
      const [used, began] = [process.cpuUsage(), performance.now()]
      parts = await openParts({ ...defaultConfig, database: location })
      const seconds = (performance.now() - began) / 1000
      const { user, system } = process.cpuUsage(used)
      report({
        what: `an older database gets its index: ${count(terms * tags.length)} labels`,
        ours: `${seconds.toFixed(1)} s`,
        beside: `of processors: ${((user + system) / 1_000_000).toFixed(1)} s`,
      })
      await typing(report, parts.handle, labels, terms)
    } finally {
      await parts?.close()
      await rm(location, { recursive: true, force: true })
    }
  }
}
