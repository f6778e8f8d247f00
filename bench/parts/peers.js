/**
 * Open-source peers on the same terms, in bench/peers with packages of their own. Where these cannot be installed, the rows
 * say so. A peer is asked in its own words; only what has a counterpart there is compared.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureInstalled } from '../../scripts/install.js'
import { stopping } from '../../scripts/prepare.js'
import { prepare } from '../data.js'
import { missingRow, rateRow } from '../figures.js'
import { any, kindsOver, labelsOf } from '../requests.js'
import { alternate, startSide } from '../side.js'

const compared = {
  'point read': { least: 8 },
  'page of 100 children': { least: 50 },
  'filter by label': { least: 8 },
  'create term': { least: 8 },
}
/** Into their own folder; tried once a run. */
let installing
const install = () => {
  installing ??= stopping(() => ensureInstalled('peers'))
  return installing
}

/** Kinds in the words of OData over one entity set. */
const odataKinds = (ids) => {
  const filtered = (filter, top) =>
    `GET\t/Terms?$filter=${encodeURIComponent(filter).replaceAll('%27', "'")}&$top=${top}`
  return {
    'point read': () => `GET\t/Terms('${any(any(ids).terms)}')`,
    'page of 100 children': () => filtered(`setId eq '${any(ids).id}'`, 100),
    'filter by label': (number) => {
      const at = Math.floor(Math.random() * ids.length)
      return filtered(`setId eq '${ids[at].id}' and startswith(sortKey,'term ${at}-${number % 90}')`, 20)
    },
    'create term': (number) =>
      `POST\t/Terms\t${JSON.stringify({ setId: any(ids).id, labels: labelsOf(`Peer ${number}`) })}`,
  }
}

/** Kinds in the words of json-server. */
const jsonKinds = (ids) => ({
  'point read': () => `GET\t/terms/${any(any(ids).terms)}`,
  'page of 100 children': () => `GET\t/terms?setId=${any(ids).id}&_limit=100`,
  'filter by label': (number) => {
    const at = Math.floor(Math.random() * ids.length)
    const name = encodeURIComponent(`^term ${at}-${number % 90}`)
    return `GET\t/terms?setId=${ids[at].id}&sortKey_like=${name}&_limit=20`
  },
  'create term': (number) =>
    `POST\t/terms\t${JSON.stringify({ setId: any(ids).id, sortKey: `peer ${number}`, labels: labelsOf(`Peer ${number}`) })}`,
})

/** As many connections as keep one busy: what waits in a server that takes a second for an answer is in the next one's way. */
const peers = {
  'odata-v4-server': { kinds: odataKinds, connections: 32 },
  'json-server': { kinds: jsonKinds, connections: 4 },
}

const compare = async (report, relata, name, { reference, ids }) => {
  if ((await install()) !== undefined) {
    for (const [kind, { least }] of Object.entries(compared))
      report(missingRow(`${kind}, ${name}`, 'not installed', `≥ ${least}`))
    return
  }
  const peer = await startSide(name, `peers/${name}.js`, [reference])
  try {
    const ours = kindsOver(ids)
    const { kinds, connections } = peers[name]
    const theirs = kinds(ids)
    for (const [kind, goal] of Object.entries(compared)) {
      const { expect } = ours[kind]
      const kindOf = (side) =>
        side === peer ? { expect, make: theirs[kind], perSecond: 3_000, connections } : ours[kind]
      const [others, own] = await alternate([peer, relata], kind, kindOf)
      report(rateRow({ what: kind, beside: name, ours: own, others, goal }))
    }
  } finally {
    await peer.stop()
  }
}

export const peersPart = async (report) => {
  const data = await prepare()
  const copy = await mkdtemp(join(tmpdir(), 'relata-bench-'))
  await cp(data.location, copy, { recursive: true })
  const relata = await startSide('relata', 'relata.js', [copy], { usesToken: true })
  try {
    for (const name of Object.keys(peers)) await compare(report, relata, name, data)
  } finally {
    await relata.stop()
    await rm(copy, { recursive: true, force: true })
  }
}
