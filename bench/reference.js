/**
 * The bare reference of the bench: node:http and better-sqlite3 with prepared statements, stored JSON spliced as text,
 * a commit a request. It checks nothing: no token, no path below the ids, no rule. It is the limit, not a product.
 */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import Database from 'better-sqlite3'

const [file] = process.argv.slice(2)
const db = new Database(file)
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
const columns = 'id, created_at, modified_at, labels, descriptions'
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

const text = (row) =>
  `{"id":"${row[0]}","createdDateTime":"${row[1]}","lastModifiedDateTime":"${row[2]}","labels":${row[3]},"descriptions":${row[4]}}`

const answer = (response, status, body) => {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
  response.end(body)
}

const read = (request, response) => {
  const parts = request.url.split('?')[0].split('/')
  if (parts[5] === 'terms' && parts[6] !== undefined) return answer(response, 200, text(point.get(parts[6])))
  if (parts[5] === 'terms') {
    const prefix = decodeURIComponent(request.url.split("'")[1]).toLowerCase()
    const found = startsWith.all(parts[4], prefix, `${prefix}\u{10ffff}`)
    return answer(response, 200, `{"value":[${found.slice(0, 20).map(text).join(',')}]}`)
  }
  const rows = page.all(parts[4])
  answer(response, 200, `{"value":[${rows.slice(0, 100).map(text).join(',')}]}`)
}

const write = (request, response, bytes) => {
  const body = JSON.parse(bytes.toString())
  const parts = request.url.split('/')
  const id = randomUUID()
  if (parts[7] === 'relations') {
    addRelation.run(id, body.set.id, parts[6], body.relationship)
    return answer(response, 201, `{"id":"${id}","relationship":"${body.relationship}"}`)
  }
  const now = new Date().toISOString()
  const row = [id, now, now, JSON.stringify(body.labels), '[]']
  addTerm.run(...row, parts[4], body.labels[0].name.toLowerCase())
  answer(response, 201, text(row))
}

const server = createServer((request, response) => {
  if (request.method === 'GET') return read(request, response)
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => write(request, response, Buffer.concat(chunks)))
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }))
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }))
process.on('disconnect', () => process.exit(0))
