/** The agenda against a slow and obvious one: random entries, clocks that jump both ways, restarts, three tenants. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WriteContext } from '#edm/ports.ts'
import { actorOf, at, type ClockworkOptions, one, openClockwork, three, two } from './clockwork.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-agenda-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const tenants = [one, two, three]
const kinds = ['ring', 'chain', 'burst', 'clear', 'bad'] as const
type Kind = (typeof kinds)[number]

type Step =
  | { readonly do: 'set'; readonly tenant: string; readonly kind: Kind; readonly subject: string; readonly due: number }
  | { readonly do: 'drop'; readonly tenant: string; readonly kind: Kind; readonly subject: string }
  | { readonly do: 'move'; readonly to: number }
  | { readonly do: 'settle' }
  | { readonly do: 'restart' }

/** What a kind does, for both: `bad` sets something and then fails. */
interface Hands {
  set(kind: Kind, subject: string, due: number): Promise<void> | void
  drop(kind: Kind, subject: string): Promise<void> | void
}
const effects: Readonly<Record<Kind, (hands: Hands, subject: string, now: number) => Promise<void>>> = {
  ring: async () => undefined,
  chain: async (hands, subject, now) => {
    await hands.set('ring', subject, now + (Number(subject) % 4))
    await hands.set('burst', subject, now + 7)
  },
  burst: async (hands, subject, now) => {
    for (const next of ['1', '2', '3']) await hands.set('ring', next, now)
    await hands.set('ring', subject, now - 5)
  },
  clear: async (hands, subject) => {
    for (const kind of ['ring', 'chain', 'burst'] as const) await hands.drop(kind, subject)
  },
  bad: async (hands, subject, now) => {
    await hands.set('ring', subject, now)
    throw new Error('bad')
  },
}

/** One list, searched from the front each time. */
const slowly = () => {
  let entries: { tenant: string; kind: Kind; subject: string; due: number; sequence: number }[] = []
  const log: [string, string, number][] = []
  let now = 0
  let sequence = 0
  const handsOf = (tenant: string, when: number): Hands => ({
    set: (kind, subject, due) => {
      sequence += 1
      entries = entries.filter((entry) => entry.tenant !== tenant || entry.kind !== kind || entry.subject !== subject)
      entries.push({ tenant, kind, subject, due: Math.max(due, when), sequence })
    },
    drop: (kind, subject) => {
      entries = entries.filter((entry) => entry.tenant !== tenant || entry.kind !== kind || entry.subject !== subject)
    },
  })
  const settle = async (): Promise<void> => {
    for (;;) {
      const [first] = entries
        .filter(({ due, kind }) => due <= now && kind !== 'bad')
        .sort((a, b) => a.due - b.due || a.sequence - b.sequence)
      if (first === undefined) return
      entries = entries.filter((entry) => entry !== first)
      log.push([first.tenant, `${first.kind} ${first.subject}`, first.due])
      await effects[first.kind](handsOf(first.tenant, first.due), first.subject, first.due)
    }
  }
  return {
    log,
    settle,
    left: () => entries.map(({ tenant, kind, subject }) => `${tenant} ${kind} ${subject}`).sort(),
    take: async (step: Step): Promise<void> => {
      if (step.do === 'move') {
        now = step.to
        await settle()
      } else if (step.do === 'set' || step.do === 'drop') {
        await settle()
        const hands = handsOf(step.tenant, now)
        if (step.do === 'set') await hands.set(step.kind, step.subject, step.due)
        else await hands.drop(step.kind, step.subject)
      } else await settle()
    },
  }
}

const tenant = fc.constantFrom(...tenants)
const kind = fc.constantFrom(...kinds)
const subject = fc.constantFrom('1', '2', '3', '4')
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('set' as const),
      tenant,
      kind,
      subject,
      due: fc.integer({ min: 0, max: 60 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const), tenant, kind, subject }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('move' as const), to: fc.integer({ min: 0, max: 80 }) }) },
  { weight: 2, arbitrary: fc.constant({ do: 'settle' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
)

let runs = 0

const secondsOf = (instant: string): number => (Date.parse(instant) - Date.parse(at(0))) / 1000

const play = async (steps: readonly Step[]): Promise<void> => {
  const reference = slowly()
  const location = join(folder, String(++runs))
  const options: ClockworkOptions = {
    location,
    tenants,
    kinds: Object.fromEntries(
      kinds.map((name) => [
        name,
        async ({ agenda, now }: WriteContext, of: string) => {
          const hands: Hands = {
            set: (next, whom, due) => agenda.set({ kind: next, subject: whom, due: at(due) }),
            drop: (next, whom) => agenda.drop(next, whom),
          }
          await effects[name](hands, of, secondsOf(now))
        },
      ]),
    ),
  }
  let world = await openClockwork(options)
  try {
    for (const next of steps) {
      await reference.take(next)
      if (next.do === 'move') {
        world.move(next.to)
        await world.engine.settle()
      } else if (next.do === 'settle') await world.engine.settle()
      else if (next.do === 'restart') {
        const { clock } = world
        await world.close()
        world = await openClockwork({ ...options, clock })
        await world.engine.settle()
      } else {
        await world.engine.inTenant(next.tenant, actorOf(next.tenant), ({ agenda }) =>
          next.do === 'set'
            ? agenda.set({ kind: next.kind, subject: next.subject, due: at(next.due) })
            : agenda.drop(next.kind, next.subject),
        )
      }
    }
    await reference.settle()
    await world.engine.settle()
    const happened = (await world.happened()).map((entry) => [entry.tenant, entry.what, secondsOf(entry.at)])
    expect(happened).toEqual(reference.log)
    const left: string[] = []
    for (const id of tenants) left.push(...(await world.entries(id)).map((name) => `${id} ${name}`))
    expect(left.sort()).toEqual(reference.left())
  } finally {
    await world.close()
  }
}

describe('random agendas', { tags: ['slow'] }, () => {
  it('do what one long list would do', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), play), { numRuns: 60 })
  }, 60_000)
})
