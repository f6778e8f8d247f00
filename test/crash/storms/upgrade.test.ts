/** An upgrade of the oldest release that is kept is killed at chosen steps: the next one brings it to its end. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databaseFile } from '#store/sqlite/store.ts'
import { build, endAll, root } from '../built-server.ts'
import {
  chance,
  checkWhole,
  command,
  commandKilledAt,
  emptyPlace,
  engines,
  isLong,
  open,
  type Place,
  seed,
  taxonomyAt,
  times,
} from './storm-kit.ts'

beforeAll(build, 60_000)
afterAll(endAll)

const releases = join(root, 'test/upgrade/releases')
const [oldest = ''] = readdirSync(releases)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length))
  .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
const packed = (form: string): Buffer => gunzipSync(readFileSync(join(releases, `${oldest}.${form}.gz`)))

/** Puts the rows of the release there. */
const fill = async ({ location, url }: Place): Promise<void> => {
  if (url === undefined) return writeFileSync(databaseFile(location), packed('sqlite'), { mode: 0o600 })
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(packed('postgres.sql').toString('utf8'))
  await client.end()
}

describe.each(engines)('an upgrade on %s that is killed', (engine) => {
  it(`is brought to its end by the next one, seed ${seed}`, { timeout: isLong ? 3_600_000 : 120_000 }, async () => {
    const made = async () => {
      const place = await emptyPlace(engine)
      await fill(place)
      return { place, args: ['migrate', '--location', place.location, ...place.flags] as const }
    }
    const first = await made()
    const steps = await commandKilledAt(0, [first.place.location], ...first.args)
    await first.place.remove()
    for (let round = 0; round < times(2, 60); round += 1) {
      const { place, args } = await made()
      await commandKilledAt(Math.max(1, steps - chance(30)), [place.location], ...args)
      const again = command(...args)
      expect(again.status, again.stderr).toBe(0)
      checkWhole('--location', place.location, ...place.flags)
      const { server, ask } = await open(place)
      const taxonomy = taxonomyAt(ask)
      expect(await taxonomy.term(await taxonomy.set(await taxonomy.group('After the upgrade')))).toMatch(
        /^[0-9a-f-]{36}$/,
      )
      expect((await server.end('SIGTERM')).code).toBe(0)
      await place.remove()
    }
  })
})
