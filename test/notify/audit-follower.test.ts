/** Of several processes one sends the log at a time, and what the others chain meanwhile does not wait for them (events.md §9.5). */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { SinkFollower } from '#notify/audit/follower.ts'
import type { SunkRecord } from '#notify/sinks/sink.ts'
import { chainReadingOn } from '#workloads/audit/reading.ts'
import { auditRecordsOn } from '#workloads/audit/records.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'

const { contoso } = wellKnown
let server: TestServer
let taxonomy: ReturnType<typeof taxonomyOver>
beforeAll(async () => {
  server = await startTestServer()
  taxonomy = taxonomyOver(server.send)
})
afterAll(() => server.close())

/** A process that sends to the place of this name, which takes records when the test lets it. */
function processOf(name: string, place: string, isShared = true) {
  const { store } = server.parts
  const sent: number[] = []
  const turnedAwayBy: string[] = []
  const heard = new Set<() => void>()
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (holds()) resolve()
      }
      heard.add(look)
      look()
    })
  let gate: Promise<void> | undefined
  const follower = new SinkFollower({
    store,
    reading: chainReadingOn(store, auditRecordsOn(store)),
    sink: {
      name: place,
      send: async (records: readonly SunkRecord[]) => {
        sent.push(...records.map(({ n }) => n))
        for (const look of heard) look()
        await gate
      },
      close: async () => undefined,
    },
    owner: {
      name,
      // Asked of whoever turns it away.
      isHere: (other) => {
        turnedAwayBy.push(other)
        for (const look of heard) look()
        return false
      },
      hasEnded: () => false,
    },
    isShared: async () => isShared,
    realNow: () => new Date(),
    onSent: () => undefined,
    note: () => undefined,
    report: (error) => {
      throw error
    },
  })
  return {
    sent,
    turnedAwayBy,
    until,
    wake: () => follower.wake(contoso),
    close: () => follower.close(),
    /** From now on nothing is taken until what this returns is called. */
    shut: (): (() => void) => {
      let open: () => void = () => undefined
      gate = new Promise((resolve) => {
        open = resolve
      })
      return open
    },
  }
}

/** One more record, with its link; the number of the newest. */
const chained = async (): Promise<number> => {
  await taxonomy.group()
  await server.parts.audit.settle(contoso)
  return (await server.parts.audit.status(contoso)).newest.n
}

it('what another process chains while one sends is sent by that one at once', async () => {
  const [one, other] = [processOf('one', 'place'), processOf('other', 'place')]
  const open = one.shut()
  const first = await chained()
  one.wake()
  await one.until(() => one.sent.includes(first))
  const second = await chained()
  other.wake()
  await other.until(() => other.turnedAwayBy.length > 0)
  open()
  await one.until(() => one.sent.includes(second))
  expect(one.sent).toEqual(Array.from({ length: second }, (_, at) => at + 1))
  expect([other.sent, other.turnedAwayBy]).toEqual([[], ['one']])
  await Promise.all([one.close(), other.close()])
})

it('a process that has ended is not waited for, whatever its name, by one that is alone', async () => {
  const newest = await chained()
  const ended = processOf('ended', 'elsewhere')
  const open = ended.shut()
  ended.wake()
  await ended.until(() => ended.sent.length > 0)
  const beside = processOf('beside', 'elsewhere')
  beside.wake()
  await beside.until(() => beside.turnedAwayBy.length > 0)
  const alone = processOf('alone', 'elsewhere', false)
  alone.wake()
  await alone.until(() => alone.sent.includes(newest))
  expect(beside.sent).toEqual([])
  open()
  await Promise.all([ended, beside, alone].map((process) => process.close()))
})
