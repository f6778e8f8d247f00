/**
 * A taxonomy that people manage, on SQLite: a file of 30,000 terms imported and exported, terms merged and taken back, and a
 * set of 10,000 terms as it was before some of them were changed. Moving a branch is in `move.js`.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { count, cpuText, median, spreadOf, timeRow } from '../figures.js'
import { rounds, startSide } from '../side.js'

const terms = 30_000
const pastTerms = 10_000
/** One after another, of each kind. */
const singles = 100
const mostSeconds = { import: 5, export: 2 }
const pollMillis = 10

const header = ['Term Set Name', 'Term Set Description', 'LCID', 'Available for Tagging', 'Term Description']
const levels = [1, 2, 3, 4, 5, 6, 7].map((level) => `Level ${level} Term`)

const syllables = ['ba', 'ke', 'lo', 'mi', 'nu', 'ra', 'se', 'to', 'vi', 'zu']
/** A word of its own for each number. */
const wordOf = (number) => [...String(number)].map((digit) => syllables[digit]).join('')

/** Four levels, ten children each, as deep first: a head has 1,110 terms below it. Labels have two words. */
const pathsOf = (size) => {
  const paths = []
  const add = (above) => {
    if (paths.length === size) return
    const path = [...above, `${wordOf(paths.length)} ${wordOf(paths.length % 97)}`]
    paths.push(path)
    if (path.length < 4) for (let at = 0; at < 10; at += 1) add(path)
  }
  while (paths.length < size) add([])
  return paths
}

const csvOf = (set, size) => {
  const row = (cells) =>
    [...cells, ...levels]
      .map((_, at) => `"${cells[at] ?? ''}"`)
      .slice(0, 12)
      .join(',')
  const lines = pathsOf(size).map((path, at) =>
    row([
      '',
      '',
      '',
      'True',
      `Where the ${at}th term of the vocabulary is used, and where another one is better.`,
      ...path,
    ]),
  )
  return [row([...header, ...levels]), row([set, 'A vocabulary', '1033', 'True', '']), ...lines].join('\r\n')
}

/** `cpu`: microseconds that the server used meanwhile. */
const costOf = async (side, work) => {
  const [cpu, began] = [await side.cpu(), performance.now()]
  const result = await work()
  return { millis: performance.now() - began, cpu: (await side.cpu()) - cpu, result }
}

/** What is asked of one server; throws on another answer than 2xx. */
const callerOf = (side) => {
  const { port, token } = side
  const origin = `http://127.0.0.1:${port}`
  const ask = async (path, { method = 'GET', body, headers = {} } = {}) => {
    const answer = await fetch(`${origin}${path}`, { method, body, headers })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${(await answer.text()).slice(0, 400)}`)
    return answer
  }
  return {
    side,
    control: (path, body) =>
      ask(`/_relata/term-store/${path}`, {
        ...(body === undefined
          ? {}
          : { method: 'POST', body, headers: { 'Content-Type': 'application/octet-stream' } }),
      }),
    graph: (path, body, more = {}) =>
      ask(`/v1.0/termStore${path}`, {
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...more },
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      }),
  }
}

const planned = async ({ control }, csv) => (await control('plan?file=bench.csv&group=Bench', csv)).text()

const applied = async ({ control }, plan) => {
  let job = await (await control('apply', plan)).json()
  while (job.state === 'running') {
    await setTimeout(pollMillis)
    job = await (await control(`jobs/${job.id}`)).json()
  }
  if (job.state !== 'done') throw new Error(`the job is ${job.state}: ${JSON.stringify(job.error)}`)
}

const setNamed = async ({ control }, name) => {
  const document = await (await control(`export?format=json&set=${encodeURIComponent(name)}`)).json()
  return document.groups[0].sets[0]
}

const secondsOf = (runs) => median(runs.map(({ millis }) => millis)) / 1000
const spreadText = (runs) => {
  const { middle, least, most } = spreadOf(runs.map(({ millis }) => millis / 1000))
  return `${middle.toFixed(2)} s (${least.toFixed(2)}–${most.toFixed(2)})`
}

/** Processor time is that of one term. */
const fileRow = (what, runs, most, more = {}) => ({
  what: `${what.replace('#', count(terms))}`,
  ours: spreadText(runs),
  ...more,
  cpu: count(median(runs.map(({ cpu }) => cpu)) / terms),
  goal: `≤ ${most} s`,
  isMet: secondsOf(runs) <= most,
})

const onServer = async (work) => {
  const location = await mkdtemp(join(tmpdir(), 'relata-bench-'))
  let side
  try {
    side = await startSide('relata', 'relata.js', [location], { usesToken: true })
    return await work(callerOf(side))
  } finally {
    await side?.stop()
    await rm(location, { recursive: true, force: true })
  }
}

const exportFormats = ['json', 'sharepoint-csv', 'wide-csv']

/** Every round on an empty server: an import into what is there already is another thing. */
const files = async (report) => {
  const csv = csvOf('Imported', terms)
  const [plans, applies, wholes] = [[], [], []]
  const exports = new Map(exportFormats.map((format) => [format, []]))
  for (let round = 0; round < rounds; round += 1)
    await onServer(async (server) => {
      const plan = await costOf(server.side, () => planned(server, csv))
      const apply = await costOf(server.side, () => applied(server, plan.result))
      plans.push(plan)
      applies.push(apply)
      wholes.push({ millis: plan.millis + apply.millis, cpu: plan.cpu + apply.cpu })
      for (const [format, runs] of exports)
        runs.push(
          await costOf(server.side, async () =>
            (await server.control(`export?format=${format}&set=Imported`)).arrayBuffer(),
          ),
        )
    })
  const beside = `plan ${secondsOf(plans).toFixed(2)} s, apply ${secondsOf(applies).toFixed(2)} s`
  report(fileRow('import of # terms from CSV', wholes, mostSeconds.import, { beside }))
  for (const [format, runs] of exports) report(fileRow(`export of # terms as ${format}`, runs, mostSeconds.export))
}

const asked = async (list, work) => {
  const runs = []
  for (const one of list) {
    const began = performance.now()
    await work(one)
    runs.push(performance.now() - began)
  }
  return runs
}

/** Leaves that are merged into their next sibling; then these changes are taken back, the last first. */
const mergesAndUndo = async (report, server, set) => {
  const below = (nodes) => nodes.flatMap(({ children = [] }) => children)
  const thirds = below(below(set.children))
  const pairs = thirds.flatMap(({ children = [] }) => (children.length < 2 ? [] : [[children[0].id, children[1].id]]))
  const changes = []
  const merges = await asked(pairs.slice(0, singles), async ([gone, into]) => {
    const answer = await server.graph(`/sets/${set.id}/terms/${gone}/relata.merge`, { into })
    changes.push(answer.headers.get('relata-change'))
    await answer.arrayBuffer()
  })
  const undos = await asked(changes.toReversed(), async (changeId) =>
    (await server.graph('/relata.undo', { changeId })).arrayBuffer(),
  )
  const creates = await asked(
    Array.from({ length: singles }, (_, at) => at),
    async (at) => {
      const labels = [{ name: `New ${at}`, languageTag: 'en-US', isDefault: true }]
      return (await server.graph(`/sets/${set.id}/children`, { labels })).arrayBuffer()
    },
  )
  const rowOf = (what, runs) =>
    timeRow({ what, beside: 'create a term:', ours: runs, others: creates.slice(0, runs.length), unit: 'ms' })
  report(rowOf(`merge a term in a set of ${count(pastTerms)}, one at a time`, merges))
  report(rowOf('take a merge back', undos))
}

/** A tenth of the set is copied, and then the set is read as it is and as it was. */
const past = async (report, server, set) => {
  const then = new Date().toISOString()
  await setTimeout(20)
  const flat = (nodes) => nodes.flatMap((node) => [node, ...flat(node.children ?? [])])
  const changed = flat(set.children).filter((_, at) => at % 10 === 0)
  for (const [at, { id }] of changed.entries())
    await (await server.graph(`/sets/${set.id}/terms/${id}/relata.copy`, { name: `Later ${at}` })).arrayBuffer()
  const read = (query) => async () =>
    (await server.graph(`/sets/${set.id}/relata.getAllTerms()?$top=5000${query}`)).arrayBuffer()
  const list = (query) => async () => (await server.graph(`/sets/${set.id}/children?$top=100${query}`)).arrayBuffer()
  const turns = Array.from({ length: rounds * 3 })
  for (const [what, ask] of [
    ['a page of 100 children', list],
    ['a page of 5,000 of getAllTerms', read],
  ]) {
    const now = await asked(turns, ask(''))
    const before = await asked(turns, ask(`&asOf=${then}`))
    report(
      timeRow({
        what: `${what} of ${count(pastTerms)} terms, asOf before ${count(changed.length)} changes`,
        beside: 'now:',
        ours: before,
        others: now,
        unit: 'ms',
      }),
    )
  }
}

/** A whole set as one flat list, and what annotations add to a page of children. */
const lists = async (report, server, set) => {
  const flat = async () => {
    let got = 0
    for (let at = `/sets/${set.id}/relata.getAllTerms()?$top=5000`; at !== undefined; ) {
      const page = await (await server.graph(at)).json()
      got += page.value.length
      at = page['@odata.nextLink']?.replace(/^.*\/termStore/, '')
    }
    if (got !== terms) throw new Error(`getAllTerms gave ${got} terms`)
  }
  const wholes = []
  for (let turn = 0; turn < rounds; turn += 1) wholes.push(await costOf(server.side, flat))
  report({
    what: `getAllTerms of ${count(terms)} terms, pages of 5,000`,
    ours: spreadText(wholes),
    cpu: count(median(wholes.map(({ cpu }) => cpu)) / terms),
  })
  const parents = set.children.map(({ id }) => id)
  const pages = (more) =>
    costOf(server.side, async () => {
      for (const id of parents.slice(0, singles))
        await (await server.graph(`/sets/${set.id}/terms/${id}/children?$top=100`, undefined, more)).arrayBuffer()
    })
  const number = Math.min(singles, parents.length)
  const natural = { Prefer: 'relata.listing=natural' }
  const annotated = { Prefer: 'relata.listing=natural, include-annotations="relata.*"' }
  const [plain, told] = [[], []]
  for (let turn = 0; turn < rounds * 3; turn += 1) {
    plain.push(await pages(natural))
    told.push(await pages(annotated))
  }
  const millis = (runs) => runs.map((run) => run.millis / number)
  report({
    ...timeRow({
      what: 'ten children with all annotations',
      beside: 'without:',
      ours: millis(told),
      others: millis(plain),
      unit: 'ms',
    }),
    cpu: cpuText(
      told.map(({ cpu }) => ({ cpu: cpu / number })),
      plain.map(({ cpu }) => ({ cpu: cpu / number })),
    ),
  })
}

export const taxonomyPart = async (report) => {
  await files(report)
  await onServer(async (server) => {
    await applied(server, await planned(server, csvOf('Managed', pastTerms)))
    const set = await setNamed(server, 'Managed')
    await mergesAndUndo(report, server, set)
    await past(report, server, set)
  })
  await onServer(async (server) => {
    await applied(server, await planned(server, csvOf('Listed', terms)))
    await lists(report, server, await setNamed(server, 'Listed'))
  })
}
