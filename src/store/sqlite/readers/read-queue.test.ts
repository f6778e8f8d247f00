/** Which of many reads is next. */
import { expect, it } from 'vitest'
import { type QueuedRead, ReadQueue, type Turn } from './read-queue.ts'

interface Job extends QueuedRead {
  readonly name: string
}
const job = (tenantNo: number, name: string, text = name): Job => ({
  tenantNo,
  name,
  order: { text, values: [], wants: 'all', most: 1 },
})

/** Takes turns until there is none, and gives their names; those of the express lane with a star. */
const taken = (queue: ReadQueue<Job>, running: Turn<Job>[]): string[] => {
  const names: string[] = []
  for (let turn = queue.next(running); turn !== undefined; turn = queue.next(running)) {
    running.push(turn)
    names.push(`${turn.job.name}${turn.isExpress ? '*' : ''}`)
  }
  return names
}

it('one tenant never has all processes, and one of its reads is in the express lane', () => {
  const queue = new ReadQueue<Job>(3)
  const running: Turn<Job>[] = []
  for (const name of ['a1', 'a2', 'a3', 'a4']) queue.add(job(1, name))
  expect(taken(queue, running)).toEqual(['a1', 'a2', 'a3*'])
  queue.add(job(2, 'b1'))
  expect(taken(queue, running)).toEqual(['b1'])
})

it('what has taken long is kept out of the express lane, so that short reads pass it', () => {
  const queue = new ReadQueue<Job>(2)
  const running: Turn<Job>[] = [{ job: job(1, 'a1', 'long'), isExpress: false }]
  queue.tookLong(job(1, 'a1', 'long'))
  for (const name of ['a2', 'a3']) queue.add(job(1, name, 'long'))
  expect(taken(queue, running)).toEqual([])
  queue.add(job(1, 'short'))
  expect(taken(queue, running)).toEqual(['short*'])
})

it('a tenant has a hundred places in the queue, and those of others are free', () => {
  const queue = new ReadQueue<Job>(3)
  const added = Array.from({ length: 101 }, (_, at) => queue.add(job(1, `a${at}`)))
  expect([added.filter(Boolean).length, added.at(-1)]).toEqual([100, false])
  expect(queue.add(job(2, 'b'))).toBe(true)
})
