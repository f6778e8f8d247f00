/** Small files only their owner may read: keys and certificates under the location. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { KeyPlace } from '#auth/keys.ts'

/** Undefined when there is no such file. */
export const readIfThere = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Written beside and renamed, so that a crash leaves the file whole or not there. Makes the folder. */
export const writeWhole = async (file: string, text: string, mode = 0o600): Promise<void> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}`
  await writeFile(draft, text, { mode })
  await rename(draft, file)
}

/** Where the token signing keys are kept. */
export const keyFile = (file: string): KeyPlace => ({
  name: file,
  read: () => readIfThere(file),
  write: (text) => writeWhole(file, text),
})
