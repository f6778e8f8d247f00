/** Where the bench keeps what it makes once, and by what it knows that it is still good. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

export const dataFolder = fileURLToPath(new URL('.data', import.meta.url))

/** Data of another schema cannot be opened, so what is kept is named after it. */
export const schemaMark = async () => {
  const schema = await readFile(new URL('../generated/schema.sqlite.sql', import.meta.url))
  return createHash('sha256').update(schema).digest('hex').slice(0, 12)
}
