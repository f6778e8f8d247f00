/** Saves a snapshot by the built program: `save-snapshot.mjs FOLDER TEXT`. Its rows are the text. */
import { folderShelf } from '../../dist/app/upkeep/snapshot-folder.js'
import { digestOf } from '../../dist/worlds/manifest.js'

const [folder, text] = process.argv.slice(2)
const rows = Buffer.from(text)
const clock = { ahead: 0, held: null }
const manifest = {
  format: 'relata-world/1',
  name: 'kept',
  createdDateTime: '2026-06-01T00:00:00.000Z',
  version: '0.0.0',
  schema: 1,
  world: 'default',
  clock: { ...clock, now: '2026-06-01T00:00:00.000Z' },
  ids: null,
  bytes: rows.length,
  sha256: digestOf(rows),
  rows: {},
}
await folderShelf(folder).save({ manifest, image: { rows, clock, ids: undefined } }, true)
