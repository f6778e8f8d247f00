/**
 * The bare reference on SQLite: better-sqlite3 with prepared statements. Usage: reference.js FILE [shared].
 * `shared`: creates of one turn of the event loop share a commit, which is the limit of what sharing can bring.
 */
import Database from 'better-sqlite3'
import { columns, serveBare } from './bare.js'

const [file, commits] = process.argv.slice(2)
const db = new Database(file)
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
const point = db.prepare(`select ${columns} from term where id = ?`).raw()
const page = db
  .prepare(`select ${columns} from term where set_id = ? and parent_id is null order by sort_key, id limit 101`)
  .raw()
const startsWith = db
  .prepare(
    `select ${columns} from term where set_id = ? and parent_id is null and sort_key >= ? and sort_key < ? order by sort_key, id limit 21`,
  )
  .raw()
const addTerm = db.prepare(
  `insert into term (${columns}, set_id, parent_id, sort_key) values (?, ?, ?, ?, ?, ?, null, ?)`,
)
const addRelation = db.prepare('insert into relation (id, set_id, from_id, to_id, kind) values (?, ?, null, ?, ?)')
const begin = db.prepare('begin immediate')
const commit = db.prepare('commit')

const alone = (statement) => (row, done) => {
  statement.run(...row)
  done()
}

let waiting = []
const runAll = () => {
  const creates = waiting
  waiting = []
  begin.run()
  for (const { statement, row } of creates) statement.run(...row)
  commit.run()
  for (const { done } of creates) done()
}
const together = (statement) => (row, done) => {
  waiting.push({ statement, row, done })
  if (waiting.length === 1) setImmediate(runAll)
}
const adding = commits === 'shared' ? together : alone

serveBare({
  point: (id, found) => found(point.get(id)),
  page: (set, found) => found(page.all(set)),
  startsWith: (set, from, to, found) => found(startsWith.all(set, from, to)),
  addTerm: adding(addTerm),
  addRelation: adding(addRelation),
})
