/** Typing into a search over a large taxonomy, on SQLite: `relata.search` with one to eight letters, German and Russian. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultConfig } from '../../dist/app/config.js'
import { openParts } from '../../dist/app/parts.js'
import { wellKnown } from '../../dist/app/seed/seed-data.js'
import { post } from '../data.js'
import { count, median } from '../figures.js'

/** `BENCH_SEARCH_TERMS`: other sizes. They are made by requests, which takes a minute for 100,000 terms. */
const sizes = (process.env.BENCH_SEARCH_TERMS ?? '100000').split(',').map(Number)
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

let seed = 20
const below = (limit) => {
  seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff
  return seed % limit
}
const wordIn = (tag) => Array.from({ length: 2 + below(3) }, () => syllables[tag][below(15)]).join('')
const nameIn = (tag) => Array.from({ length: 1 + below(3) }, () => wordIn(tag)).join(' ')

const fill = async (handle, terms) => {
  const group = await post(handle, '/termStore/groups', { displayName: 'Search' })
  const labels = { 'de-DE': [], 'ru-RU': [] }
  for (let from = 0; from < terms; from += termsPerSet) {
    const localizedNames = [{ languageTag: 'en-US', name: `Set ${from}` }]
    const { id } = await post(handle, '/termStore/sets', { parentGroup: { id: group.id }, localizedNames })
    for (let at = from; at < Math.min(terms, from + termsPerSet); at += 50) {
      const made = Array.from({ length: 50 }, (_, next) => {
        const named = Object.keys(labels).map((tag) => ({
          languageTag: tag,
          name: `${nameIn(tag)} ${at + next}`,
          isDefault: true,
        }))
        for (const { languageTag, name } of named)
          if (labels[languageTag].length < 5_000) labels[languageTag].push(name)
        return post(handle, `/termStore/sets/${id}/children`, { labels: named })
      })
      await Promise.all(made)
    }
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

/** How long one answer takes, in milliseconds. */
const search = async (handle, text) => {
  const began = performance.now()
  const { status } = await send(handle, 'POST', '/termStore/relata.search', { text }, 'TermStore.Read.All')
  if (status !== 200) throw new Error(`a search was answered ${status}`)
  return performance.now() - began
}

const languages = { languageTags: ['en-US', 'de-DE', 'ru-RU'] }

export const searchPart = async (report) => {
  for (const terms of sizes) {
    const location = await mkdtemp(join(tmpdir(), 'relata-bench-'))
    const limits = { ...defaultConfig.limits, terms: 10_000_000 }
    const parts = await openParts({ ...defaultConfig, limits, database: location })
    try {
      await send(parts.handle, 'PATCH', '/termStore', languages, 'TermStore.ReadWrite.All')
      const labels = await fill(parts.handle, terms)
      for (const [tag, names] of Object.entries(labels))
        for (const [what, least, most] of [
          ['1 to 3 letters', 1, 3],
          ['4 to 8 letters', 4, 8],
        ]) {
          const times = []
          for (let at = 0; at < asks; at += 1)
            times.push(await search(parts.handle, names[below(names.length)].slice(0, least + below(most - least + 1))))
          times.sort((one, other) => one - other)
          const p99 = times[Math.floor(asks * 0.99)]
          const limit = goalFor(terms)
          report({
            what: `typing ${what}, ${tag}, ${count(terms)} terms`,
            ours: `${median(times).toFixed(1)} ms`,
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
