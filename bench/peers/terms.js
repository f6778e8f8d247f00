/** What the peers share: the terms of the reference's database, and how a server speaks with the bench. */
import { DatabaseSync } from 'node:sqlite'

/** In the order of their sets and names. */
export const readTerms = (file) => {
  const db = new DatabaseSync(file, { readOnly: true })
  const rows = db.prepare('select * from term order by set_id, sort_key').all()
  db.close()
  return rows.map((row) => ({
    id: row.id,
    createdDateTime: row.created_at,
    lastModifiedDateTime: row.modified_at,
    labels: JSON.parse(row.labels),
    descriptions: [],
    setId: row.set_id,
    sortKey: row.sort_key,
  }))
}

/** Says where it listens and what it has used, and ends with its parent. */
export const serve = (server) => {
  const tell = () => process.send?.({ port: server.address().port })
  if (server.listening) tell()
  else server.on('listening', tell)
  process.on('message', () => process.send?.({ cpu: process.cpuUsage() }))
  process.on('disconnect', () => process.exit(0))
}
