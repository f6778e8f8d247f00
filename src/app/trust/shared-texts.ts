/** Keys and secrets that all processes on one database share: in its folder, or in the database itself. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { KeyPlace } from '#auth/issuer/keys.ts'
import type { SharedTexts } from '#edm/ports.ts'
import { createWhole, readIfThere, writeWhole } from './private-files.ts'

/** Each text is a file of that name. */
export function textsIn(folder: string): SharedTexts {
  return {
    read: (name) => readIfThere(join(folder, name)),
    create: (name, text) => createWhole(join(folder, name), text),
    write: (name, text) => writeWhole(join(folder, name), text),
  }
}

/** Where the token signing keys are kept; `texts` may resolve when the database is open. */
export function keyPlaceIn(texts: Promise<SharedTexts>, shown: string): KeyPlace {
  return {
    name: shown,
    read: async () => (await texts).read('keys.json'),
    create: async (text) => (await texts).create('keys.json', text),
    write: async (text) => (await texts).write('keys.json', text),
  }
}

const name = 'page.key'
const secretBytes = 32

/** Signs page tokens, so that they stay valid over a restart and in every process. */
export async function pageSecretIn(texts: SharedTexts): Promise<Uint8Array> {
  const known = await texts.read(name)
  const text = known ?? (await texts.create(name, randomBytes(secretBytes).toString('base64url')))
  const secret = Buffer.from(text.trim(), 'base64url')
  // Whoever can guess it can make next links and forms of ours.
  if (secret.length < secretBytes)
    throw new Error(
      `page.key cannot be used: it has to be ${secretBytes} random bytes as base64url\ntip: put the right file there, or remove it and start again; links to following pages are then no longer valid`,
    )
  return secret
}
