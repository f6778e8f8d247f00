/** Small files only their owner may read: keys and certificates under the location. */
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Undefined when there is no such file. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Written beside and renamed, so that a crash leaves the file whole or not there. Makes the folder. */
export async function writeWhole(file: string, text: string, mode = 0o600): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}`
  await writeFile(draft, text, { mode })
  await rename(draft, file)
}

let drafts = 0

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}

/** Unlike renaming, linking fails where the name is taken; some file systems have no links, and then a crash may harm. */
function place(draft: string, file: string, text: string): Promise<void> {
  return link(draft, file).catch((error: unknown) => {
    if (codeOf(error) === 'EEXIST') throw error
    return writeFile(file, text, { mode: 0o600, flag: 'wx' })
  })
}

/** The same where there is no such file yet; returns what is in it, whoever wrote it. */
export async function createWhole(file: string, text: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  drafts += 1
  const draft = `${file}.${process.pid}.${drafts}`
  await writeFile(draft, text, { mode: 0o600 })
  try {
    await place(draft, file, text)
    return text
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    return (await readIfThere(file)) ?? text
  } finally {
    await rm(draft, { force: true })
  }
}
