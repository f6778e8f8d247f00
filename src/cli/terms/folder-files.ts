/** The files of a folder with a taxonomy, as they are on the disk. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FolderFiles } from '#exchange/json/folder.ts'

/** Only what belongs to the taxonomy: its JSON, in folders of one level. Hidden folders, such as `.git`, do not. */
export async function filesIn(folder: string): Promise<FolderFiles> {
  const files = new Map<string, string>()
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue
    if (entry.isFile() && entry.name === 'relata.json')
      files.set(entry.name, await readFile(join(folder, entry.name), 'utf8'))
    if (!entry.isDirectory()) continue
    for (const name of await readdir(join(folder, entry.name)))
      if (name.endsWith('.json'))
        files.set(`${entry.name}/${name}`, await readFile(join(folder, entry.name, name), 'utf8'))
  }
  return files
}

export async function writeFiles(
  folder: string,
  { changed, removed }: { readonly changed: ReadonlyMap<string, string>; readonly removed: readonly string[] },
): Promise<void> {
  for (const [path, text] of changed) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  for (const path of removed) await rm(join(folder, path), { force: true })
}
