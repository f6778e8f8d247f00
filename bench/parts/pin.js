/** Pinning a branch of 10,000 terms beside pinning a leaf, each time into another set, on SQLite. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultConfig } from '../../dist/app/config.js'
import { openParts } from '../../dist/app/parts.js'
import { bodyOf, post } from '../data.js'
import { cpuText, timeRow } from '../figures.js'
import { root } from '../requests.js'
import { alternate, rounds, seconds, startSide } from '../side.js'

const branchSize = 10_000
/** Children of a term in the branch; the last level takes what is left. */
const fan = 10
const levels = 5
const perSecond = 200
const most = 1.5
/** One for each request of each round, and of the one before them. */
const targets = Math.ceil(perSecond * seconds * (rounds + 1)) + 100

/** Below one head, as wide at each level as it takes. */
export const growBranch = async (addTerm, head) => {
  let parents = [head]
  let left = branchSize - 1
  for (let level = 2; level <= levels; level += 1) {
    const count = level === levels ? left : Math.min(left, parents.length * fan)
    parents = await Promise.all(
      Array.from({ length: count }, (_, at) => addTerm(parents[at % parents.length], `${level}-${at}`)),
    )
    left -= count
  }
}

const fill = async (location) => {
  const limits = { ...defaultConfig.limits, sets: 1_000_000 }
  const parts = await openParts({ ...defaultConfig, limits, database: location })
  try {
    const group = await post(parts.handle, '/termStore/groups', { displayName: 'Pins' })
    const addSet = async (name) => {
      const localizedNames = [{ languageTag: 'en-US', name }]
      return (await post(parts.handle, '/termStore/sets', { parentGroup: { id: group.id }, localizedNames })).id
    }
    const home = await addSet('Home')
    const addTerm = async (parent, name) => {
      const below = parent === undefined ? '' : `/terms/${parent}`
      return (await post(parts.handle, `/termStore/sets/${home}${below}/children`, bodyOf('pin', name))).id
    }
    const [leaf, head] = [await addTerm(undefined, 'leaf'), await addTerm(undefined, 'head')]
    await growBranch(addTerm, head)
    const setsFor = (name) => Promise.all(Array.from({ length: targets }, (_, at) => addSet(`${name} ${at}`)))
    return {
      home,
      leaf: { term: leaf, sets: await setsFor('Leaf') },
      branch: { term: head, sets: await setsFor('Branch') },
    }
  } finally {
    await parts.close()
  }
}

export const pinPart = async (report) => {
  const location = await mkdtemp(join(tmpdir(), 'relata-bench-'))
  let side
  try {
    const { home, ...pinned } = await fill(location)
    side = await startSide('relata', 'relata.js', [location], { usesToken: true })
    // Two views of one server.
    const views = ['leaf', 'branch'].map((name) => ({ ...side, name, used: new Map() }))
    const kindOf = ({ name }) => ({
      expect: 201,
      perSecond,
      make: (number) => {
        const { term, sets } = pinned[name]
        const body = JSON.stringify({ relationship: 'pin', set: { id: sets[number] } })
        return `POST\t${root}/${home}/terms/${term}/relations\t${body}`
      },
    })
    const [others, ours] = await alternate(views, 'pin', kindOf)
    const micros = (runs) => runs.map((run) => 1_000_000 / run.perSecond)
    report(
      timeRow({
        what: 'pin a branch of 10,000 terms',
        beside: 'a leaf:',
        ours: micros(ours),
        others: micros(others),
        unit: 'µs',
        cpu: cpuText(ours, others),
        most,
      }),
    )
  } finally {
    await side?.stop()
    await rm(location, { recursive: true, force: true })
  }
}
