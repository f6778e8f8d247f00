/**
 * The log goes to a file while its server is killed again and again: what was acknowledged is in the chain, and the file has
 * the chain from its first link on, in order; what it has twice it has twice in the same words (events.md §9.3, §9.5).
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { verifyExport } from '#workloads/audit/verify.ts'
import { build } from '../built-server.ts'
import type { Ask } from '../ledger.ts'
import {
  chance,
  checkWhole,
  engines,
  makePlace,
  type Opened,
  open,
  type Place,
  pause,
  taxonomyAt,
  times,
} from './storm-kit.ts'

const { contoso } = wellKnown
const kills = times(3, 60)
const clients = 4

beforeAll(build, 60_000)

interface Line {
  readonly n: number
  readonly link: string
  readonly tenant: string
  readonly record?: { readonly activityDisplayName: string; readonly targetResources: readonly { id: string }[] }
}

const linesOf = (text: string): Line[] =>
  text.split('\n').flatMap((line): Line[] => {
    try {
      return line === '' ? [] : [JSON.parse(line)]
    } catch {
      // A part of a line is what a process left that was killed in the middle of writing it.
      return []
    }
  })

describe.each(engines)('a storm over the log on %s', (engine) => {
  let place: Place
  beforeAll(async () => {
    place = await makePlace(engine)
  }, 60_000)
  afterAll(() => place.remove())

  it('leaves nothing out, and nothing out of order', { timeout: times(90_000, 900_000) }, async () => {
    const file = join(place.location, 'audit.jsonl')
    const start = (): Promise<Opened> => open(place, '--audit-sink', `file:${file}`)
    const acknowledged = new Set<string>()
    let set: string | undefined
    const writing = async (ask: Ask, isOver: () => boolean): Promise<void> => {
      while (!isOver()) {
        const body = {
          labels: [{ name: `T${acknowledged.size}-${chance(1e9)}`, languageTag: 'en-US', isDefault: true }],
        }
        const answer = await ask('POST', `/v1.0/sites/root/termStore/sets/${set}/children`, body).catch(() => undefined)
        if (answer?.status === 201) acknowledged.add(JSON.parse(answer.text).id)
        else await pause(20)
      }
    }
    for (let round = 0; round < kills; round += 1) {
      const { server, ask } = await start()
      if (set === undefined) {
        const taxonomy = taxonomyAt(ask)
        set = await taxonomy.set(await taxonomy.group('Storm'))
      }
      let isOver = false
      const load = Array.from({ length: clients }, () => writing(ask, () => isOver))
      await pause(200 + chance(1_500))
      await server.end('SIGKILL')
      isOver = true
      await Promise.all(load)
    }
    const { server } = await start()
    try {
      const lines = (await (await fetch(`${server.http}/_relata/audit`)).text()).trimEnd().split('\n')
      const { end, without } = await verifyExport(lines)
      expect(without).toEqual([])
      const chain = new Map(lines.slice(1, -1).map((line) => [(JSON.parse(line) as Line).n, JSON.parse(line) as Line]))
      const added = [...chain.values()].flatMap(({ record }) =>
        record?.activityDisplayName === 'Add term' ? (record.targetResources[0]?.id ?? []) : [],
      )
      expect(new Set(added).size).toBe(added.length)
      expect(acknowledged.size).toBeGreaterThan(10 * kills)
      expect([...acknowledged].filter((id) => !added.includes(id))).toEqual([])
      const status = async () =>
        (await (await fetch(`${server.http}/_relata/audit/status`)).json()) as { sinks: { sent: number }[] }
      while ((await status()).sinks[0]?.sent !== end) await pause(50)
      const sunk = linesOf(await readFile(file, 'utf8')).filter(({ tenant }) => tenant === contoso)
      let newest = 0
      for (const { n, link, record } of sunk) {
        expect(n).toBeLessThanOrEqual(newest + 1)
        newest = Math.max(newest, n)
        expect({ link, record }).toEqual({ link: chain.get(n)?.link, record: chain.get(n)?.record })
      }
      expect(newest).toBe(end)
    } finally {
      await server.end('SIGTERM')
    }
    checkWhole(...(place.url === undefined ? ['-l', place.location] : place.flags))
  })
})
