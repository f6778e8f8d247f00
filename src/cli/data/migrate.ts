/** `relata migrate draft`: writes the next migration for a person to read, change and commit. */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { draftMigration } from '#store/schema/draft.ts'
import { models } from '#workloads/models.ts'

const folder = join('src', 'store', 'migrations')

export async function writeDraft(name: string): Promise<void> {
  if (!existsSync(folder)) throw new Error(`there is no folder ${folder} here; run this in the source tree of Relata`)
  const draft = draftMigration(Object.values(models), name)
  if (draft === undefined) {
    process.stdout.write('The migrations agree with the model; nothing was written.\n')
    return
  }
  for (const { fileName, text } of [draft.file, draft.all]) {
    await writeFile(join(folder, fileName), text)
    process.stdout.write(`wrote ${join(folder, fileName)}\n`)
  }
}
