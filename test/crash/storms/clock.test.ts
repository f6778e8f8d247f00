/**
 * A server is killed while its clock jumps over many steps that fall due, and is started again: each step happens once, at
 * its own time, as if nobody had killed it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build, endAll } from '../built-server.ts'
import { relationshipsPath } from '../ledger.ts'
import { chance, checkWhole, engines, isLong, makePlace, open, seed, times } from './storm-kit.ts'

beforeAll(build, 60_000)
afterAll(endAll)

/** Two steps each, half an hour and an hour after the request, by a clock that nobody waits for. */
const latency = ['--gdap-request-latency', '3600']
const helpdesk = '729827e3-9c14-49f7-bb1b-9608f156bbb8'

describe.each(engines)('a jump of the clock on %s', (engine) => {
  it(`that is killed is made whole by the next one, seed ${seed}`, {
    timeout: isLong ? 3_600_000 : 120_000,
  }, async () => {
    for (let round = 0; round < times(1, 30); round += 1) {
      const place = await makePlace(engine)
      let { server, ask } = await open(place, ...latency)
      const count = times(60, 150)
      const requests = await Promise.all(
        Array.from({ length: count }, async (_, at) => {
          const accessDetails = { unifiedRoles: [{ roleDefinitionId: helpdesk }] }
          const draft = { displayName: `Jump ${round} ${at}`, duration: 'P90D', accessDetails }
          const made = await ask('POST', relationshipsPath, draft)
          expect(made.status, made.text).toBe(201)
          const { id } = JSON.parse(made.text) as { id: string }
          const asked = await ask('POST', `${relationshipsPath}/${id}/requests`, { action: 'lockForApproval' })
          expect(asked.status, asked.text).toBe(201)
          return { path: `${relationshipsPath}/${id}/requests/${(JSON.parse(asked.text) as { id: string }).id}`, id }
        }),
      )
      const jump = async (): Promise<string | undefined> => {
        const body = JSON.stringify({ advance: 'PT2H' })
        const headers = { 'content-type': 'application/json' }
        const sent = { method: 'POST', headers, body }
        const answer = await fetch(`${server.http}/_relata/clock`, sent).catch(() => undefined)
        return answer?.text().catch(() => undefined)
      }
      for (let kills = 0; kills < 3; kills += 1) {
        const jumping = jump()
        await new Promise((resolve) => setTimeout(resolve, chance(engine === 'sqlite' ? 60 : 250)))
        await server.end('SIGKILL')
        await jumping
        ;({ server, ask } = await open(place, ...latency))
      }
      expect(await jump()).toContain('"now"')
      for (const { path } of requests) {
        const { status, text } = await ask('GET', path)
        expect(status, text).toBe(200)
        const row = JSON.parse(text) as { status: string; createdDateTime: string; lastModifiedDateTime: string }
        expect(row.status).toBe('succeeded')
        // At its own time, whichever process was at it.
        expect(Date.parse(row.lastModifiedDateTime) - Date.parse(row.createdDateTime)).toBeGreaterThanOrEqual(3_600_000)
      }
      const seen = new Map<string, number>()
      const ids = new Set(requests.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)))
      for (let next: string | undefined = '/v1.0/auditLogs/directoryAudits?$top=500'; next !== undefined; ) {
        const page = JSON.parse((await ask('GET', next)).text) as {
          value: { activityDisplayName: string; targetResources: { id: string }[] }[]
          '@odata.nextLink'?: string
        }
        for (const { activityDisplayName, targetResources } of page.value)
          for (const { id } of targetResources)
            if (ids.has(id))
              seen.set(`${activityDisplayName} ${id}`, (seen.get(`${activityDisplayName} ${id}`) ?? 0) + 1)
        const link: URL | undefined = page['@odata.nextLink'] ? new URL(page['@odata.nextLink']) : undefined
        next = link && link.pathname + link.search
      }
      expect([...seen].filter(([, times]) => times > 1)).toEqual([])
      expect(seen.size).toBe(count * 3)
      expect((await server.end('SIGTERM')).code).toBe(0)
      checkWhole('--location', place.location, ...place.flags)
      await place.remove()
    }
  })
})
