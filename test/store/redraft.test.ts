/**
 * Until the first release the first migration is made anew whenever the model changes:
 * `RELATA_REDRAFT=1 npx vitest run test/store/redraft.test.ts`. Otherwise this says whether that is needed.
 */
import { writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { draftMigration } from '#store/schema/draft.ts'
import { models } from '#workloads/models.ts'

const all = Object.values(models)

const redraft = process.env['RELATA_REDRAFT'] !== undefined

it('has a migration for all of the model', async () => {
  const draft = draftMigration(all, redraft ? 'init' : 'next', ...(redraft ? [[]] : []))
  if (!redraft) return expect(draft).toBeUndefined()
  for (const file of draft === undefined ? [] : [draft.file, draft.all])
    await writeFile(new URL(`../../src/store/migrations/${file.fileName}`, import.meta.url), file.text)
})
