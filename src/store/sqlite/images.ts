/** A whole database as bytes: for copies of it in memory. */
import { invariant } from '#base/errors.ts'
import type { Connection } from './driver.ts'

/** Where the header of a database says whether it has a write-ahead log, which one in memory cannot have: 2 with, 1 without. */
const journalVersions = [18, 19]
const withoutLog = 1

/** What is committed, as one state of the database. */
export function imageOf(connection: Connection): Uint8Array {
  invariant(connection.serialize !== undefined, 'this Node can serialize a database')
  const image = connection.serialize()
  for (const at of journalVersions) image[at] = withoutLog
  return image
}

/** `connection`: to a database in memory, whose content the image replaces. */
export function putImage(connection: Connection, image: Uint8Array): void {
  invariant(connection.deserialize !== undefined, 'this Node can deserialize a database')
  connection.deserialize(image)
}
