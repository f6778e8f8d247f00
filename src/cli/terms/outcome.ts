/** What commands that plan and apply have in common: exit codes (decisions.md 28), and the question before they change anything. */
import { createInterface } from 'node:readline/promises'

export const exitCodes = { done: 0, failed: 1, refused: 3, pending: 4 } as const

export async function isConfirmed(question: string): Promise<boolean> {
  const asked = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await asked.question(`${question} [y/N] `)).trim())
  } finally {
    asked.close()
  }
}
