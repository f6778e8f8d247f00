/** Rules that ask somebody outside: between two runs of the work, outside of any transaction (docs/adr/0051). */
import { afterEach, expect, it } from 'vitest'
import { AppError } from '#base/errors.ts'
import { bell, type Clockwork, openClockwork } from './clockwork.ts'

let world: Clockwork | undefined
afterEach(() => world?.close())

interface Asked {
  readonly answers: (() => Promise<string>)[]
  runs: number
}

/** Bells whose state is what somebody outside says. */
const opened = async (asked: Asked): Promise<Clockwork> => {
  world = await openClockwork({
    bells: {
      async beforeCreate({ outside, tx }, { draft }) {
        asked.runs += 1
        const id = draft.id as string
        const { state } = draft as { state?: string }
        if (state === 'refused') throw new AppError('invalid', 'No such state.', { target: 'state' })
        if (state === 'plain') return { row: { id } }
        if (outside === undefined) throw new AppError('invalid', 'Nobody can be asked.', { target: 'state' })
        // Checked in each run: what has come meanwhile is seen.
        if ((await tx.get(bell, id)) !== undefined) throw new AppError('conflict', 'Another one came first.')
        const ask = (): Promise<string> => asked.answers.shift()?.() ?? Promise.reject(new Error('asked again'))
        return { row: { id, state: outside('what state', ask) } }
      },
    },
  })
  return world
}

it('asks once, after its checks, and runs again with the answer while others write', async () => {
  const asked: Asked = { answers: [], runs: 0 }
  const { send } = await opened(asked)
  asked.answers.push(async () => {
    // Another write of the tenant is committed while the first one waits: no transaction is open.
    expect((await send('POST', '/bells', { id: 'other', state: 'plain' })).status).toBe(201)
    return 'ringing'
  })
  const made = await send('POST', '/bells', { id: 'asked' })
  expect([made.status, made.json.state]).toEqual([201, 'ringing'])
  // Two of its own, one of the other.
  expect([asked.runs, asked.answers]).toEqual([3, []])
})

it('asks nobody for what is refused, and stores nothing where the answer is a refusal', async () => {
  const asked: Asked = { answers: [], runs: 0 }
  const { send } = await opened(asked)
  const refused = await send('POST', '/bells', { id: 'one', state: 'refused' })
  expect([refused.status, asked.runs]).toEqual([400, 1])
  asked.answers.push(async () => {
    throw new AppError('invalid', 'It does not ring.', { code: 'silent', target: 'state' })
  })
  const silent = await send('POST', '/bells', { id: 'one' })
  expect([silent.status, silent.json.error.code, asked.runs]).toEqual([400, 'silent', 2])
  expect((await send('GET', '/bells')).json.value).toEqual([])
})

it('sees in the second run what has come meanwhile', async () => {
  const asked: Asked = { answers: [], runs: 0 }
  const { send } = await opened(asked)
  asked.answers.push(async () => {
    expect((await send('POST', '/bells', { id: 'same', state: 'plain' })).status).toBe(201)
    return 'ringing'
  })
  const second = await send('POST', '/bells', { id: 'same' })
  expect([second.status, second.json.error.message]).toEqual([409, 'Another one came first.'])
})

it('is absent in a group, and each item of a batch that asks holds no other', async () => {
  const asked: Asked = { answers: [], runs: 0 }
  const { send } = await opened(asked)
  const item = (id: string, more: object = {}) => ({
    id,
    method: 'POST',
    url: '/bells',
    headers: { 'content-type': 'application/json' },
    body: { id },
    ...more,
  })
  let tell: ((state: string) => void) | undefined
  const late = new Promise<string>((resolve) => {
    tell = resolve
  })
  asked.answers.push(() => late)
  const requests = [
    item('a'),
    item('b', { body: { id: 'b', state: 'plain' } }),
    item('c', { body: { id: 'c', state: 'plain' } }),
  ]
  const running = send('POST', '/$batch', { requests })
  // The others of the batch are committed while the first still waits.
  const both = async (): Promise<boolean> => (await send('GET', '/bells')).json.value.length === 2
  while (!(await both())) await new Promise(setImmediate)
  tell?.('late')
  const answered = (await running).json.responses.map(({ id, status }: { id: string; status: number }) => [id, status])
  expect(answered.sort()).toEqual([
    ['a', 201],
    ['b', 201],
    ['c', 201],
  ])
  const grouped = await send('POST', '/$batch', { requests: [item('d', { atomicityGroup: 'g' })] })
  expect(grouped.json.responses[0]).toMatchObject({ status: 400, body: { error: { message: 'Nobody can be asked.' } } })
})
