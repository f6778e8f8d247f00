/**
 * Small files only their owner may read: keys and certificates under the location. A start only reads, and waits for that:
 * Node's module of promises is first loaded where something is written.
 */
import { promises as files, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { draftOf, makeFolder, ownerOnly } from '#store/sqlite/maintenance/drafts.ts'

/** Undefined when there is no such file. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Writes a temporary file and renames it, so that after a crash the file is complete or missing. Creates the folder. */
export async function writeWhole(file: string, text: string, mode = ownerOnly): Promise<void> {
  makeFolder(dirname(file))
  const draft = draftOf(file)
  await files.writeFile(draft, text, { mode })
  await files.rename(draft, file)
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}

/**
 * Gives a complete draft its name by a hard link which, unlike a rename, fails with `EEXIST` if the file exists. On a file
 * system without hard links the file is written in place, so a crash may leave it incomplete.
 */
function place(draft: string, file: string, text: string): Promise<void> {
  return files.link(draft, file).catch((error: unknown) => {
    if (codeOf(error) === 'EEXIST') throw error
    return files.writeFile(file, text, { mode: ownerOnly, flag: 'wx' })
  })
}

/** As `writeWhole`, but only if the file does not exist. Returns the content of the file, whichever process wrote it. */
export async function createWhole(file: string, text: string): Promise<string> {
  makeFolder(dirname(file))
  const draft = draftOf(file)
  await files.writeFile(draft, text, { mode: ownerOnly })
  try {
    await place(draft, file, text)
    return text
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    return (await readIfThere(file)) ?? text
  } finally {
    await files.rm(draft, { force: true })
  }
}

const pauseMillis = 20
/** After that whoever began to replace a file is taken to have ended in the middle. */
const patienceMillis = 2_000

/**
 * Replaces a file that still has the old text. Of several who do so at the same time one succeeds, and the others return
 * when it is done; so what is in the file afterwards has to be read. The text goes by way of a file that one only can make.
 */
export async function replaceWhole(file: string, old: string, text: string): Promise<void> {
  const next = `${file}.next`
  if ((await createWhole(next, text)) === text) {
    const isStillOld = (await readIfThere(file)) === old
    await (isStillOld ? files.rename(next, file) : files.rm(next)).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error
    })
    return
  }
  for (let waited = 0; waited < patienceMillis; waited += pauseMillis) {
    if ((await readIfThere(next)) === undefined) return
    await setTimeout(pauseMillis)
  }
  await files.rm(next, { force: true })
}
