/** The bare reference on SQLite: better-sqlite3 with prepared statements. Usage: reference.js FILE. */
import Database from 'better-sqlite3'
import { columns, serveBare } from './bare.js'

const [file] = process.argv.slice(2)
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

serveBare({
  point: (id, found) => found(point.get(id)),
  page: (set, found) => found(page.all(set)),
  startsWith: (set, from, to, found) => found(startsWith.all(set, from, to)),
  addTerm: (row, done) => {
    addTerm.run(...row)
    done()
  },
  addRelation: (row, done) => {
    addRelation.run(...row)
    done()
  },
})
