/**
 * Which processes serve a folder, by locks on empty databases in it, which end with the process: each member holds a shared
 * lock, and one that claims the folder an exclusive one.
 */
import { join } from 'node:path'
import type { StoreProcesses } from '#edm/ports.ts'
import { type Connection, openDatabase, resultCodeOf } from '../driver.ts'
import { makePrivate } from '../maintenance/drafts.ts'
import { resultCodes } from '../result-codes.ts'
import { storeErrorOf } from '../sqlite.ts'

/** A member that tries to claim the folder leaves it for a moment. */
const waitMillis = 500

function opened(file: string): Connection {
  makePrivate(file)
  const connection = openDatabase(file)
  connection.exec(`pragma busy_timeout = ${waitMillis}`)
  return connection
}

/** Runs statements that take a lock; returns whether it was free. */
function takes(connection: Connection, text: string): boolean {
  try {
    connection.exec(text)
    return true
  } catch (error) {
    if (((resultCodeOf(error) ?? 0) & 0xff) !== resultCodes['SQLITE_BUSY']) throw storeErrorOf(error)
    return false
  }
}

/** Whoever reads in a transaction holds a shared lock until its end. */
const share = 'select count(*) from sqlite_master'

/** One at a time: two members that left at once would both find nobody. */
function byTurns(file: string, work: () => boolean): boolean {
  const turn = opened(file)
  try {
    return takes(turn, 'begin exclusive') && work()
  } finally {
    turn.close()
  }
}

export function membersOf(location: string): {
  readonly processes: Required<Pick<StoreProcesses, 'join' | 'claim' | 'isShared'>>
  leave(): void
} {
  let connection: Connection | undefined
  let isClaimed = false
  const own = (): Connection => {
    if (connection === undefined) {
      connection = opened(join(location, 'relata.members'))
      connection.exec('begin')
    }
    return connection
  }
  const tryAlone = (): boolean => {
    own().exec('commit')
    const isAlone = takes(own(), 'begin exclusive')
    if (!isAlone) takes(own(), `begin; ${share}`)
    return isAlone
  }
  return {
    processes: {
      join: async () => takes(own(), share),
      claim: async () => {
        isClaimed ||= byTurns(join(location, 'relata.claims'), tryAlone)
        return isClaimed
      },
      // A member that tries at the same moment waits for its turn, and is then told by its own `claim`.
      isShared: async () => {
        const isAlone = isClaimed || byTurns(join(location, 'relata.claims'), tryAlone)
        if (isAlone && !isClaimed) own().exec(`commit; begin; ${share}`)
        return !isAlone
      },
    },
    leave: () => {
      connection?.close()
      connection = undefined
    },
  }
}
