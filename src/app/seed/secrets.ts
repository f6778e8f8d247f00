/** Secrets of applications: a seed only refers to them, and rows have their hashes. */
import { readFileSync } from 'node:fs'
import { hashSecret } from '#auth/directory/directory.ts'
import { AppError } from '#base/errors.ts'
import { wellKnown } from './seed-data.ts'
import type { SecretHash } from './seed-facts.ts'

function refused(message: string): AppError {
  return new AppError('invalid', message, { target: 'applications' })
}

function textIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw refused(`The secret in ${file} cannot be read: ${(cause as Error).message}`)
  }
}

function needText(text: string | undefined, where: string): string {
  if (text === undefined || text === '') throw refused(`${where} has no secret.`)
  return text
}

/**
 * For seeds that the operator of the server gives. `environment`: variables of the process; undefined: the seed comes from
 * elsewhere, and may name neither variables nor files of this machine.
 */
export function secretHashes(environment: Readonly<Record<string, string | undefined>> | undefined): SecretHash {
  // Hashing is slow on purpose, and the well-known secret is that of many applications.
  let known: Promise<string> | undefined
  return async (secret) => {
    if (secret === 'well-known') {
      known ??= hashSecret(wellKnown.secret)
      return known
    }
    if ('hash' in secret) return secret.hash
    if (environment === undefined)
      throw refused('A secret can be given as a hash only: variables and files are those of the server.')
    if ('environment' in secret)
      return hashSecret(needText(environment[secret.environment], `The variable ${secret.environment}`))
    return hashSecret(needText(textIn(secret.file), secret.file))
  }
}
