/**
 * What the two bare references share: node:http over five statements, stored JSON spliced as text, a commit a request.
 * It checks nothing: no token, no path below the ids, no rule. It is the limit, not a product. Statements hand on what
 * they found by a call, as the one of SQLite has it at once and must not wait for a turn of the event loop.
 */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'

export const columns = 'id, created_at, modified_at, labels, descriptions'

const text = (row) =>
  `{"id":"${row[0]}","createdDateTime":"${row[1]}","lastModifiedDateTime":"${row[2]}","labels":${row[3]},"descriptions":${row[4]}}`

const answer = (response, status, body) => {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
  response.end(body)
}

const read = (statements, request, response) => {
  const parts = request.url.split('?')[0].split('/')
  if (parts[5] === 'terms' && parts[6] !== undefined) {
    statements.point(parts[6], (row) => answer(response, 200, text(row)))
    return
  }
  const list = (size) => (rows) => answer(response, 200, `{"value":[${rows.slice(0, size).map(text).join(',')}]}`)
  if (parts[5] === 'terms') {
    const prefix = decodeURIComponent(request.url.split("'")[1]).toLowerCase()
    statements.startsWith(parts[4], prefix, `${prefix}\u{10ffff}`, list(20))
    return
  }
  statements.page(parts[4], list(100))
}

const write = (statements, request, response, bytes) => {
  const body = JSON.parse(bytes.toString())
  const parts = request.url.split('/')
  const id = randomUUID()
  if (parts[7] === 'relations') {
    statements.addRelation([id, body.set.id, parts[6], body.relationship], () =>
      answer(response, 201, `{"id":"${id}","relationship":"${body.relationship}"}`),
    )
    return
  }
  const now = new Date().toISOString()
  const row = [id, now, now, JSON.stringify(body.labels), '[]']
  statements.addTerm([...row, parts[4], body.labels[0].name.toLowerCase()], () => answer(response, 201, text(row)))
}

/** Listens on a free port, says which one, and ends with its parent. */
export const serveBare = (statements) => {
  const server = createServer((request, response) => {
    if (request.method === 'GET') return read(statements, request, response)
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => write(statements, request, response, Buffer.concat(chunks)))
  })
  server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }))
  process.on('message', () => process.send?.({ cpu: process.cpuUsage() }))
  process.on('disconnect', () => process.exit(0))
}
