/**
 * The bare reference on SQLite: node:sqlite with prepared statements. Usage: reference.js FILE [shared].
 * `shared`: creates of one turn of the event loop share a commit, which is the limit of what sharing can bring.
 */
import { DatabaseSync } from 'node:sqlite'
import { columns, serveBare } from './bare.js'

const [file, commits] = process.argv.slice(2)
const db = new DatabaseSync(file)
db.exec('pragma journal_mode = wal; pragma synchronous = full')
const read = (sql) => db.prepare(sql, { returnArrays: true })
const point = read(`select ${columns} from term where id = ?`)
const page = read(`select ${columns} from term where set_id = ? and parent_id is null order by sort_key, id limit 101`)
const startsWith = read(
  `select ${columns} from term where set_id = ? and parent_id is null and sort_key >= ? and sort_key < ? order by sort_key, id limit 21`,
)
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
