/** Folders for the databases of a test file. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const made: string[] = []

export const temporaryLocation = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'relata-worlds-'))
  made.push(folder)
  return folder
}

export const removeFolders = async (): Promise<void> => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true })
}
