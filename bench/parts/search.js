/** Typing into a search over a large taxonomy, on SQLite: `relata.search` with one to eight letters, German and Russian. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultConfig } from '../../dist/app/config.js'
import { openParts } from '../../dist/app/parts.js'
import { wellKnown } from '../../dist/app/seed/seed-data.js'
import { fold } from '../../dist/base/text/fold.js'
import { set, term } from '../../dist/workloads/term-store/types.js'
import { post } from '../data.js'
import { count, median } from '../figures.js'

/** `BENCH_SEARCH_TERMS`: other sizes. */
const sizes = (process.env.BENCH_SEARCH_TERMS ?? '100000,1000000').split(',').map(Number)
const termsPerSet = 20_000
const rowsAtOnce = 1_000
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

let seed = 20
const below = (limit) => {
  seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff
  return seed % limit
}
const wordIn = (tag) => Array.from({ length: 2 + below(3) }, () => syllables[tag][below(15)]).join('')
const nameIn = (tag) => Array.from({ length: 1 + below(3) }, () => wordIn(tag)).join(' ')

/** A set and a term that the rules have made; the others are rows like these. */
const modelsOf = async ({ handle, store }) => {
  const group = await post(handle, '/termStore/groups', { displayName: 'Search' })
  const localizedNames = [{ languageTag: 'en-US', name: 'Set' }]
  const { id } = await post(handle, '/termStore/sets', { parentGroup: { id: group.id }, localizedNames })
  const labels = [{ languageTag: 'en-US', name: 'Model', isDefault: true }]
  const made = await post(handle, `/termStore/sets/${id}/children`, { labels })
  return store.read(wellKnown.contoso, async (tx) => [await tx.get(set, id), await tx.get(term, made.id)])
}

/** Terms as rows, with what the store indexes of them: as packs of seeds are written. Returns some of their labels. */
const fill = async (parts, terms) => {
  const [setModel, termModel] = await modelsOf(parts)
  const labels = { 'de-DE': [], 'ru-RU': [] }
  const newTerm = (setId, at) => {
    const named = Object.keys(labels).map((tag) => {
      const name = `${nameIn(tag)} ${at}`
      if (labels[tag].length < 5_000) labels[tag].push(name)
      return { name, languageTag: tag, isDefault: true }
    })
    return { ...termModel, id: randomUUID(), setId, labels: named, sortKey: fold(named[0].name) }
  }
  for (let from = 0; from < terms; from += termsPerSet) {
    const setId = randomUUID()
    const end = Math.min(terms, from + termsPerSet)
    const localizedNames = [{ languageTag: 'en-US', name: `Set ${from}` }]
    for (let next = from; next < end; next += rowsAtOnce)
      await parts.store.write(wellKnown.contoso, async (tx) => {
        if (next === from) {
          const sortKey = fold(localizedNames[0].name)
          await tx.insert(set, { ...setModel, id: setId, localizedNames, sortKey, termCount: end - from })
        }
        for (let at = next; at < Math.min(end, next + rowsAtOnce); at += 1) await tx.insert(term, newTerm(setId, at))
      })
  }
  return labels
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

const languages = { languageTags: ['en-US', 'de-DE', 'ru-RU'] }

export const searchPart = async (report) => {
  for (const terms of sizes) {
    const location = await mkdtemp(join(tmpdir(), 'relata-bench-'))
    const limits = { ...defaultConfig.limits, terms: 10_000_000 }
    const parts = await openParts({ ...defaultConfig, limits, database: location })
    try {
      await send(parts.handle, 'PATCH', '/termStore', languages, 'TermStore.ReadWrite.All')
      const labels = await fill(parts, terms)
      const limit = goalFor(terms)
      for (const [tag, names] of Object.entries(labels))
        for (const [what, textOf] of Object.entries(typed)) {
          const { middle, p99, cpu } = await ask(parts.handle, names, textOf)
          report({
            what: `typing ${what}, ${tag}, ${count(terms)} terms`,
            ours: `${middle.toFixed(1)} ms`,
            beside: `of processors, p99: ${cpu.toFixed(1)} ms`,
            p99: p99.toFixed(1),
            goal: `p99 ≤ ${limit} ms`,
            isMet: p99 <= limit,
          })
        }
    } finally {
      await parts.close()
      await rm(location, { recursive: true, force: true })
    }
  }
}
