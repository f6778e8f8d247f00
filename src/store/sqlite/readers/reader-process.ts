/**
 * A process that reads one SQLite file for the server that started it: statement by statement, and nothing else. A statement
 * cannot be stopped from within, so the server kills the process where one takes too long. Started with the path of the
 * file; it ends when the server does.
 */
import { endWithParent } from '../../side-process.ts'
import type { RawRow } from '../../values.ts'
import { type Connection, type PreparedStatement, resultCodeOf } from '../driver.ts'
import { openConnection } from '../sqlite.ts'
import type { ReadOrder, ReadReply } from './messages.ts'

const busyMillis = 5_000
const mostPrepared = 200

function preparingOn(connection: Connection): (text: string) => PreparedStatement {
  const known = new Map<string, PreparedStatement>()
  return (text) => {
    const ready = known.get(text)
    if (ready !== undefined) return ready
    if (known.size >= mostPrepared) known.clear()
    const made = connection.prepare(text)
    known.set(text, made)
    return made
  }
}

function lengthOf(row: RawRow): number {
  let length = 0
  for (const value of row) length += typeof value === 'string' ? value.length : 8
  return length
}

function replyTo({ text, values, wants, most }: ReadOrder, prepared: (text: string) => PreparedStatement): ReadReply {
  try {
    const rows: RawRow[] = []
    let length = 0
    for (const row of prepared(text).each(values)) {
      length += lengthOf(row)
      if (length > most) return { tooLarge: true }
      rows.push(row)
      if (wants === 'get') break
    }
    return { rows }
  } catch (error) {
    const code = resultCodeOf(error)
    return { failed: error instanceof Error ? error.message : String(error), ...(code === undefined ? {} : { code }) }
  }
}

function serve(file: string): void {
  const connection = openConnection(file, busyMillis)
  connection.exec('pragma query_only = on')
  const prepared = preparingOn(connection)
  const reply = (said: ReadReply): void => {
    process.send?.(said, undefined, undefined, (error) => {
      if (error !== null) process.exit(1)
    })
  }
  process.on('message', (order: ReadOrder) => reply(replyTo(order, prepared)))
  reply({ ready: true })
  endWithParent()
}

serve(process.argv[2] ?? '')
