import { describe, expect, it } from 'vitest'
import { inTurn, noteBegun, oneByOne, readBetween } from './turns.ts'

const soon = () => new Promise((done) => setTimeout(done, 0))

/** A promise that the test settles. */
function held<Value>() {
  let resolve: (value: Value) => void = () => undefined
  let reject: (error: Error) => void = () => undefined
  const promise = new Promise<Value>((done, failed) => {
    resolve = done
    reject = failed
  })
  return { promise, resolve, reject }
}

describe('what is read beside writes', () => {
  it('is asked for again where a write began meanwhile, and not before that is done', async () => {
    const [first, write] = [held<string>(), held<void>()]
    const asked: string[] = []
    const reading = readBetween(() => {
      asked.push(`question ${asked.length + 1}`)
      return asked.length === 1 ? first.promise : Promise.resolve('new')
    })
    await soon()
    const writing = inTurn(() => write.promise)
    first.resolve('old')
    await soon()
    expect(asked).toHaveLength(1)
    write.resolve(undefined)
    await writing
    expect(await reading).toBe('new')
    expect(asked).toHaveLength(2)
  })

  it('is asked for once where nothing is written, and again after one that has no turn', async () => {
    let times = 0
    const read = async () => {
      times += 1
      if (times === 2) noteBegun()
      return times
    }
    expect(await readBetween(read)).toBe(1)
    expect(await readBetween(read)).toBe(3)
  })

  it('is asked for after a write that failed', async () => {
    await expect(inTurn(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await readBetween(async () => 'there')).toBe('there')
  })
})

describe('reads of one place', () => {
  it('go one after another, those that wait as one; those of other places go beside them', async () => {
    const ends: (() => void)[] = []
    const begun: string[] = []
    const read = oneByOne((key) => {
      begun.push(key)
      const { promise, resolve, reject } = held<void>()
      ends.push(begun.length === 2 ? () => reject(new Error('gone')) : () => resolve())
      return promise
    })
    const first = read('herbs')
    const failing = read('menu')
    const both = [read('herbs'), read('herbs')]
    expect(begun).toEqual(['herbs', 'menu'])
    ends[0]?.()
    ends[1]?.()
    await first
    await expect(failing).rejects.toThrow('gone')
    await soon()
    expect(begun).toEqual(['herbs', 'menu', 'herbs'])
    ends[2]?.()
    await Promise.all(both)
    const last = read('menu')
    ends[3]?.()
    await last
    expect(begun).toEqual(['herbs', 'menu', 'herbs', 'menu'])
  })
})
