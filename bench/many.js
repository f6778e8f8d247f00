/**
 * A taxonomy of any size in a SQLite folder, written as rows: one of everything is made by the engine, and its rows are
 * written over and over with other ids and names. Sets of 1,000 terms; for every ten terms one pin, in sets of their own,
 * and one active relationship of delegated administration with what it has in the agenda.
 */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultConfig } from '../dist/app/config.js'
import { openParts } from '../dist/app/parts.js'
import { wellKnown } from '../dist/app/seed/seed-data.js'
import { systemClock } from '../dist/base/clock.js'
import { fold } from '../dist/base/text/fold.js'
import { placeNumber, wordRows } from '../dist/base/text/search-keys.js'
import { openBulk, tablesInOrder } from '../dist/store/transfer.js'
import { models } from '../dist/workloads/models.js'
import { relationId } from '../dist/workloads/term-store/rules/relations/relation-id.js'
import { bodyOf, post } from './data.js'
import { dataFolder, schemaMark } from './folder.js'

/** The size most goals speak of, and a tenth of it. `BENCH_TERMS`: smaller, to see whether all goes well. */
export const large = Number(process.env.BENCH_TERMS ?? 1_000_000)
export const small = large / 10
const termsPerSet = 1000
const madeFile = 'made.json'
const rowsAtOnce = 2000
const bulkOptions = { models: Object.values(models), clock: systemClock }

const born = 0x019a_0000_0000
/** As ids of the product are: in the order they were made. `kind` keeps those of sets, terms and the rest apart. */
const idOf = (kind, number) => {
  const time = (born + number).toString(16).padStart(12, '0')
  const rest = createHash('sha256').update(`${kind} ${number}`).digest('hex')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-8${rest.slice(3, 6)}-${rest.slice(6, 18)}`
}
const setId = (set) => idOf('set', set)
const termId = (set, term) => idOf('term', set * termsPerSet + term)
/** What an active relationship has in the agenda, and how many days before its end. */
const dues = [
  ['gdap.end', 0],
  ['gdap.reminder30', 30],
  ['gdap.reminder7', 7],
  ['gdap.reminder1', 1],
]
const range = (count, make) => Array.from({ length: count }, (_, at) => make(at))

/** One of everything, and the seed. */
const makeOne = async (location) => {
  const parts = await openParts({ ...defaultConfig, database: location })
  try {
    const group = await post(parts.handle, '/termStore/groups', { displayName: 'Bench' })
    const addSet = (name) =>
      post(parts.handle, '/termStore/sets', {
        parentGroup: { id: group.id },
        localizedNames: [{ languageTag: 'en-US', name }],
      })
    const [home, other] = [await addSet('Home'), await addSet('Other')]
    const term = await post(parts.handle, `/termStore/sets/${home.id}/children`, bodyOf(0, 0))
    const pin = { relationship: 'pin', set: { id: other.id } }
    await post(parts.handle, `/termStore/sets/${home.id}/terms/${term.id}/relations`, pin)
    return { set: home.id, other: other.id, term: term.id }
  } finally {
    await parts.close()
  }
}

const rowMaker = (table, template) => {
  const places = new Map(table.columns.map(({ name }, at) => [name, at]))
  return (values) => {
    const row = [...template]
    for (const name in values) row[places.get(name)] = values[name]
    return row
  }
}

/** Rows of the index of words for the labels of a term: of each as many, as all are named alike. */
const wordsOf = (set, term) =>
  wordRows(
    bodyOf(set, term).labels.map(({ name, languageTag, isDefault }) => ({
      text: name,
      space: fold(languageTag),
      isFirst: isDefault,
    })),
  )

/** Table → what to add to it: how many, and what differs from the template in the one with a number. */
const madeRows = (terms, ids) => {
  const sets = Math.ceil(terms / termsPerSet)
  const tenth = terms / 10
  const pinSets = Math.ceil(tenth / termsPerSet)
  const relationshipId = (number) => `${idOf('relationship', number)}-${wellKnown.contoso}`
  const placeOf = (number) => [Math.floor(number / termsPerSet), number % termsPerSet]
  const nameOfSet = (set) => (set < sets ? `Set ${set}` : `Pins ${set - sets}`)
  return {
    term_store_set: {
      like: (row) => row.id === ids.set,
      count: sets + pinSets,
      make: (set) => ({
        id: setId(set),
        localized_names: JSON.stringify([{ name: nameOfSet(set), languageTag: 'en-US' }]),
        sort_key: fold(nameOfSet(set)),
        term_count: set < sets ? Math.min(termsPerSet, terms - set * termsPerSet) : 0,
      }),
    },
    term_store_set__localized_names: {
      like: (row) => row.owner_id === ids.set,
      count: sets + pinSets,
      make: (set) => ({ owner_id: setId(set), name: fold(nameOfSet(set)) }),
    },
    term_store_term: {
      like: (row) => row.id === ids.term,
      count: terms,
      make: (number) => {
        const [set, term] = placeOf(number)
        const { labels } = bodyOf(set, term)
        const inOrder = labels.map(({ name, isDefault, languageTag }) => ({ name, isDefault, languageTag }))
        return {
          id: termId(set, term),
          labels: JSON.stringify(inOrder),
          sort_key: fold(labels[0].name),
          set_id: setId(set),
        }
      },
    },
    term_store_term__labels: {
      like: (row) => row.owner_id === ids.term,
      count: terms * 3,
      make: (number) => {
        const [set, term] = placeOf(Math.floor(number / 3))
        const { name, languageTag, isDefault } = bodyOf(set, term).labels[number % 3]
        return {
          owner_id: termId(set, term),
          ordinal: number % 3,
          name: fold(name),
          language_tag: fold(languageTag),
          is_default: Number(isDefault),
        }
      },
    },
    term_store_term__labels__words: {
      like: (row) => row.owner_id === ids.term,
      count: terms * wordsOf(0, 0).length,
      make: (number) => {
        const each = wordsOf(0, 0).length
        const [set, term] = placeOf(Math.floor(number / each))
        const { entry, length } = wordsOf(set, term)[number % each]
        return { entry, owner_id: termId(set, term), place: placeNumber(setId(set)), length }
      },
    },
    term_store_relation: {
      like: (row) => row.to_term_id === ids.term,
      count: tenth,
      make: (number) => {
        const target = setId(sets + Math.floor(number / termsPerSet))
        const term = termId(...placeOf(number * 10))
        return { id: relationId(target, null, term), to_term_id: term, set_id: target }
      },
    },
    delegated_admin_relationship: {
      like: (row) => row.status === 'active',
      count: tenth,
      make: (number) => ({
        id: relationshipId(number),
        display_name: `Relationship ${number}`,
        display_name_fold: fold(`Relationship ${number}`),
      }),
    },
    relata_agenda_entry: {
      like: (row) => row.kind === 'gdap.end',
      count: tenth * dues.length,
      make: (number, { due_date_time: end }) => {
        const [kind, daysBefore] = dues[number % dues.length]
        const subject = relationshipId(Math.floor(number / dues.length))
        const due = new Date(Date.parse(end) - daysBefore * 86_400_000).toISOString()
        return { id: `${kind}|${subject}`, kind, subject, due_date_time: due, sequence: 1_000_000 + number }
      },
    },
  }
}

const readTable = async (source, { name, columns }) => {
  const names = columns.map((column) => column.name)
  const raw = await source.rows(`select ${names.map((one) => `"${one}"`).join(', ')} from "${name}"`, [])
  return { raw, rows: raw.map((row) => Object.fromEntries(row.map((value, at) => [names[at], value]))) }
}

const writeMade = async (target, table, { count, make }, { raw, row }) => {
  const rowOf = rowMaker(table, raw)
  for (let from = 0; from < count; from += rowsAtOnce) {
    const size = Math.min(rowsAtOnce, count - from)
    await target.write(
      table,
      range(size, (at) => rowOf(make(from + at, row))),
    )
  }
}

/** Writes everything; returns the number of rows made. */
const writeAll = async (from, to, terms, ids) => {
  const made = madeRows(terms, ids)
  const source = await openBulk({ location: from }, { ...bulkOptions, writes: false })
  const target = await openBulk({ location: to }, { ...bulkOptions, writes: true })
  let total = 0
  try {
    for (const table of tablesInOrder()) {
      const { raw, rows } = await readTable(source, table)
      const counts = { set_count: made.term_store_set.count, term_count: terms }
      const kept =
        table.name === 'term_store_store' ? raw.map((row, at) => rowMaker(table, row)(at === 0 ? counts : {})) : raw
      await target.write(table, kept)
      const more = made[table.name]
      if (more === undefined) continue
      const at = rows.findIndex(more.like)
      if (at < 0) throw new Error(`the seed has nothing to make rows of ${table.name} from`)
      await writeMade(target, table, more, { raw: raw[at], row: rows[at] })
      total += more.count
    }
    await target.finish()
    return total
  } finally {
    await target.close()
    await source.close()
  }
}

const thousands = new Intl.NumberFormat('en')
export const termsText = (terms) => `${thousands.format(terms)} terms`

/** Read once, so that the system has it in memory: what the first request for each page of a file costs is the disk's. */
export const warmFile = async (location) => {
  for await (const _ of createReadStream(join(location, 'relata.db'), { highWaterMark: 1 << 20 }));
}

/**
 * Made where it is not there yet, and kept in `bench/.data`. `ids` are those of the sets with terms in them, made when
 * asked for; `made`: rows and seconds of that time.
 */
export const manyTerms = async (terms) => {
  const mark = await schemaMark()
  await mkdir(dataFolder, { recursive: true })
  for (const name of await readdir(dataFolder))
    if (name.startsWith('many-') && !name.endsWith(mark)) await rm(join(dataFolder, name), { recursive: true })
  const location = join(dataFolder, `many-${terms}-${mark}`)
  if (!existsSync(location)) {
    process.stderr.write(`making ${termsText(terms)}\n`)
    const one = await mkdtemp(join(tmpdir(), 'relata-bench-'))
    const unfinished = await mkdtemp(join(dataFolder, 'unfinished-'))
    const began = performance.now()
    try {
      const rows = await writeAll(one, unfinished, terms, await makeOne(one))
      const made = { rows, seconds: (performance.now() - began) / 1000 }
      await writeFile(join(unfinished, madeFile), JSON.stringify(made))
      await rename(unfinished, location)
    } finally {
      await rm(one, { recursive: true, force: true })
      await rm(unfinished, { recursive: true, force: true })
    }
  }
  return {
    location,
    made: JSON.parse(await readFile(join(location, madeFile), 'utf8')),
    terms,
    sets: Math.ceil(terms / termsPerSet),
    termsPerSet: Math.min(terms, termsPerSet),
    setId,
    termId,
  }
}

/** Any set and any term in it, for requests.js. */
export const placesIn = ({ sets, termsPerSet: inSet, setId: idOfSet, termId: idOfTerm }) => {
  const below = (count) => Math.floor(Math.random() * count)
  return { anySet: () => below(sets), setId: idOfSet, anyTerm: (set) => idOfTerm(set, below(inSet)) }
}
