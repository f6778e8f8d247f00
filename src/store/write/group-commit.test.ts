import { describe, expect, it, vi } from 'vitest'
import type { Deadline, EndReason } from '#base/deadline.ts'
import { StoreError } from '#base/errors.ts'
import { GroupCommit, type GroupDatabase, type GroupTransaction } from './group-commit.ts'

const passing = new Error('connection lost')
const refused = new StoreError('conflict', 'unique')

/** Records its calls; `fails`: the call that throws the error, and how many times it does. */
const databaseWith = (fails: Partial<Record<string, { error: unknown; times: number }>> = {}) => {
  const calls: string[] = []
  const fail = (name: string): void => {
    const fault = fails[name]
    if (fault === undefined || fault.times === 0) return
    fault.times -= 1
    throw fault.error
  }
  const call = (name: string): void => {
    calls.push(name)
    fail(name)
  }
  const transaction: GroupTransaction = {
    begun: async () => {
      await held
      fail('begun')
    },
    save: () => call('save'),
    release: () => call('release'),
    undo: () => call('undo'),
    flush: () => fail('flush'),
    commit: () => call('commit'),
    rollback: () => call('rollback'),
    abandon: () => call('abandon'),
  }
  let isBusy = false
  let held: Promise<void> | undefined
  const holdBack = () => {
    let letGo: () => void = () => undefined
    held = new Promise((resolve) => {
      letGo = resolve
    })
    return letGo
  }
  const database: GroupDatabase<GroupTransaction> = {
    begin: (isPatient) => {
      call('begin')
      return isBusy && !isPatient ? undefined : transaction
    },
    mayRepeat: (error) => error === passing,
  }
  const commits = new GroupCommit(database)
  const occupy = () => {
    isBusy = true
  }
  return { calls, commits, occupy, holdBack }
}

const add = (commits: GroupCommit<GroupTransaction>, value: unknown, options = {}) =>
  commits.add(async (shared) => {
    shared.touch()
    if (value instanceof Error) throw value
    return value
  }, options)

describe('a group commit', () => {
  it('serves the writes of one turn by one commit, and answers them after it', async () => {
    const { calls, commits } = databaseWith()
    const committed = vi.fn(() => expect(calls).toContain('commit'))
    expect(await Promise.all([1, 2, 3].map((value) => add(commits, value, { committed })))).toEqual([1, 2, 3])
    expect(calls).toEqual(['begin', 'commit'])
    expect(committed).toHaveBeenCalledTimes(3)
  })

  it('runs all again, each with a savepoint, where one has failed and left something behind', async () => {
    const { calls, commits } = databaseWith()
    const outcomes = await Promise.allSettled([1, refused, 3].map((value) => add(commits, value)))
    expect(outcomes.map((outcome) => ('value' in outcome ? outcome.value : outcome.reason))).toEqual([1, refused, 3])
    const again = ['save', 'release', 'save', 'undo', 'save', 'release']
    expect(calls).toEqual(['begin', 'rollback', 'begin', ...again, 'commit'])
  })

  it('runs none again for one that failed before it wrote, or after a savepoint of its own', async () => {
    const { calls, commits } = databaseWith()
    const outcomes = await Promise.allSettled([
      add(commits, 1),
      commits.add(async () => {
        throw refused
      }),
      commits.add(async (shared) => {
        shared.savepoint()
        shared.touch()
        throw refused
      }),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(calls).toEqual(['begin', 'save', 'undo', 'commit'])
  })

  it('undoes a write that is alone with its transaction, and runs it once', async () => {
    const { calls, commits } = databaseWith()
    await expect(add(commits, refused)).rejects.toBe(refused)
    expect(calls).toEqual(['begin', 'rollback'])
  })

  it('waits before the commit for answers that writes left, and finds the one at fault', async () => {
    const { calls, commits } = databaseWith({ flush: { error: refused, times: 1 } })
    const leaving = (isRefused: boolean) =>
      commits.add(async (shared) => {
        shared.touch()
        if (!shared.leave() && isRefused) throw refused
        return 'written'
      })
    const outcomes = await Promise.allSettled([leaving(false), leaving(true)])
    expect(outcomes).toEqual([
      { status: 'fulfilled', value: 'written' },
      { status: 'rejected', reason: refused },
    ])
    const again = ['save', 'release', 'save', 'undo', 'commit']
    expect(calls).toEqual(['begin', 'rollback', 'begin', ...again])
  })

  it('reads ahead for writes that wait, but not for one alone, nor where they are run again', async () => {
    const read: string[] = []
    const { calls, commits } = databaseWith()
    const reading = (name: string, value: unknown) =>
      add(commits, value, {
        ahead: async () => {
          read.push(name)
        },
      })
    await reading('alone', 1)
    expect(read).toEqual([])
    await Promise.allSettled([reading('first', 1), reading('second', refused)])
    expect(read).toEqual(['first', 'second'])
    expect(calls.filter((call) => call === 'begin')).toHaveLength(3)
  })

  it('finds the write whose read is at fault', async () => {
    const { commits } = databaseWith()
    const outcomes = await Promise.allSettled([
      add(commits, 1, { ahead: () => Promise.reject(refused) }),
      add(commits, refused),
    ])
    expect(outcomes).toEqual([
      { status: 'fulfilled', value: 1 },
      { status: 'rejected', reason: refused },
    ])
  })

  it.each(['begin', 'commit'])('is tried again where the connection is lost at %s', async (name) => {
    const { calls, commits } = databaseWith({ [name]: { error: passing, times: 2 } })
    expect(await add(commits, 1)).toBe(1)
    expect(calls.filter((call) => call === 'begin')).toHaveLength(3)
    expect(calls.filter((call) => call === 'abandon')).toHaveLength(name === 'begin' ? 0 : 2)
  })

  it('runs what has to be alone after earlier writes and before later ones, outside of a transaction', async () => {
    const { calls, commits } = databaseWith()
    const order: string[] = []
    const write = (name: string) =>
      commits.add(async () => {
        order.push(name)
      })
    const earlier = write('earlier')
    const alone = commits.alone(async () => {
      order.push('alone')
      void write('later')
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
      order.push('alone still')
      expect(calls.filter((call) => call === 'begin')).toHaveLength(calls.filter((call) => call === 'commit').length)
      return 'done'
    })
    await earlier
    expect(await alone).toBe('done')
    await write('last')
    expect(order).toEqual(['earlier', 'alone', 'alone still', 'later', 'last'])
  })

  it('lets writes go on where what had to be alone has failed', async () => {
    const { commits } = databaseWith()
    await expect(commits.alone(() => Promise.reject(refused))).rejects.toBe(refused)
    expect(await add(commits, 1)).toBe(1)
  })

  it('takes what arrives while the transaction of one write begins', async () => {
    const { calls, commits, holdBack } = databaseWith()
    const letGo = holdBack()
    const first = add(commits, 1)
    await vi.waitFor(() => expect(calls).toEqual(['begin']))
    const others = [2, 3].map((value) => add(commits, value))
    letGo()
    expect(await Promise.all([first, ...others])).toEqual([1, 2, 3])
    expect(calls).toEqual(['begin', 'commit'])
  })

  it('tells what kept a transaction from beginning, not what failed because of it', async () => {
    const ahead = () => Promise.reject(new Error('the transaction is aborted'))
    for (const count of [1, 2]) {
      const { calls, commits } = databaseWith({ begun: { error: passing, times: 1 } })
      const values = Array.from({ length: count }, (_, value) => value)
      // It is tried again, and then `ahead` fails by itself.
      const works = values.map((value) => add(commits, value, count === 1 ? {} : { ahead }))
      expect(await Promise.all(works)).toEqual(values)
      expect(calls.slice(0, 3)).toEqual(['begin', 'abandon', 'begin'])
    }
  })

  it('gives up after five tries, for all that wait', async () => {
    const { calls, commits } = databaseWith({ begin: { error: passing, times: 9 } })
    const outcomes = await Promise.allSettled([1, 2].map((value) => add(commits, value)))
    expect(outcomes.map((outcome) => 'reason' in outcome && outcome.reason)).toEqual([passing, passing])
    expect(calls).toHaveLength(5)
  })

  it('is not tried again where it is not known whether the commit was kept', async () => {
    const unknown = new StoreError('unavailable', 'commit')
    const { calls, commits } = databaseWith({ commit: { error: unknown, times: 1 } })
    await expect(add(commits, 1)).rejects.toBe(unknown)
    expect(calls).toEqual(['begin', 'commit', 'abandon'])
  })

  it('refuses an impatient write where another process writes, and waits for a patient one', async () => {
    const { commits, occupy } = databaseWith()
    occupy()
    await expect(add(commits, 1, { isPatient: false })).rejects.toMatchObject({ reason: 'elsewhere' })
    expect(await Promise.all([add(commits, 1, { isPatient: false }), add(commits, 2)])).toEqual([1, 2])
  })

  it('does not make a write whose request ends before its turn, and makes the one that has begun', async () => {
    const { calls, commits } = databaseWith()
    let end: (why: EndReason) => void = () => undefined
    const deadline: Deadline = {
      limitSeconds: 1,
      ended: undefined,
      onEnd: (work) => {
        end = work
        return () => undefined
      },
    }
    const first = commits.add(async (shared) => {
      shared.touch()
      end('timeout')
      return 'begun'
    })
    await Promise.resolve()
    const second = add(commits, 2, { deadline })
    const third = add(commits, 3)
    await expect(second).rejects.toMatchObject({ kind: 'unavailable', reason: 'timeout' })
    expect(await Promise.all([first, third])).toEqual(['begun', 3])
    expect(calls).toEqual(['begin', 'commit'])
  })

  it('ends what is under way when it is closed, and refuses the rest', async () => {
    const { calls, commits } = databaseWith()
    const written = add(commits, 1)
    await commits.close()
    expect(calls).toEqual(['begin', 'commit'])
    expect(await written).toBe(1)
    await expect(add(commits, 2)).rejects.toMatchObject({ reason: 'closed' })
  })
})
