/** Moving a branch of 10,000 terms within its set beside moving a leaf, on SQLite: to and fro between parents of one level. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultConfig } from '../../dist/app/config.js'
import { openParts } from '../../dist/app/parts.js'
import { bodyOf, post } from '../data.js'
import { cpuText, timeRow } from '../figures.js'
import { root } from '../requests.js'
import { alternate, startSide } from '../side.js'
import { growBranch } from './pin.js'

const perSecond = 200
const most = 1.5
/** So many that a request that overtakes another one still finds its term elsewhere. */
const parents = 50

const fill = async (location) => {
  const opened = await openParts({ ...defaultConfig, database: location })
  try {
    const group = await post(opened.handle, '/termStore/groups', { displayName: 'Moves' })
    const localizedNames = [{ languageTag: 'en-US', name: 'Home' }]
    const { id: set } = await post(opened.handle, '/termStore/sets', { parentGroup: { id: group.id }, localizedNames })
    const addTerm = async (parent, name) => {
      const below = parent === undefined ? '' : `/terms/${parent}`
      return (await post(opened.handle, `/termStore/sets/${set}${below}/children`, bodyOf('move', name))).id
    }
    const [leaf, branch] = [await addTerm(undefined, 'leaf'), await addTerm(undefined, 'head')]
    await growBranch(addTerm, branch)
    const to = await Promise.all(Array.from({ length: parents }, (_, at) => addTerm(undefined, `parent ${at}`)))
    return { set, to, leaf, branch }
  } finally {
    await opened.close()
  }
}

export const movePart = async (report) => {
  const location = await mkdtemp(join(tmpdir(), 'relata-bench-'))
  let side
  try {
    const { set, to, ...terms } = await fill(location)
    side = await startSide('relata', 'relata.js', [location], { usesToken: true })
    // Two views of one server.
    const views = ['leaf', 'branch'].map((name) => ({ ...side, name, used: new Map() }))
    const kindOf = ({ name }) => ({
      expect: 200,
      perSecond,
      make: (number) =>
        `POST\t${root}/${set}/terms/${terms[name]}/relata.move\t${JSON.stringify({ parent: to[number % parents] })}`,
    })
    const [others, ours] = await alternate(views, 'move', kindOf)
    const micros = (runs) => runs.map((run) => 1_000_000 / run.perSecond)
    report(
      timeRow({
        what: 'move a branch of 10,000 terms within its set',
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
