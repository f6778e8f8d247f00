/**
 * The bare reference on PostgreSQL: pg with named prepared statements over as many connections as Relata reads with.
 * Usage: reference-postgres.js URL.
 */
import pg from 'pg'
import { columns, serveBare } from './bare.js'

const [url] = process.argv.slice(2)
const pool = new pg.Pool({ connectionString: url, max: 10 })

/** A request that fails ends the run: its figures would mean nothing. */
const ask = (name, text, values, found) =>
  pool.query({ name, text, values, rowMode: 'array' }, (error, result) => {
    if (error !== undefined && error !== null) throw error
    found(result.rows)
  })
const inSet = `select ${columns} from term where set_id = $1 and parent_id is null`

serveBare({
  point: (id, found) => ask('point', `select ${columns} from term where id = $1`, [id], (rows) => found(rows[0])),
  page: (set, found) => ask('page', `${inSet} order by sort_key, id limit 101`, [set], found),
  startsWith: (set, from, to, found) =>
    ask(
      'startsWith',
      `${inSet} and sort_key >= $2 and sort_key < $3 order by sort_key, id limit 21`,
      [set, from, to],
      found,
    ),
  addTerm: (row, done) =>
    ask(
      'addTerm',
      `insert into term (${columns}, set_id, parent_id, sort_key) values ($1, $2, $3, $4, $5, $6, null, $7)`,
      row,
      done,
    ),
  addRelation: (row, done) =>
    ask(
      'addRelation',
      'insert into relation (id, set_id, from_id, to_id, kind) values ($1, $2, null, $3, $4)',
      row,
      done,
    ),
})
