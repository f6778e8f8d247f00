/** A token in each form, made from the secret of this process: what posts the form has been shown it. */
import { createHmac, timingSafeEqual } from 'node:crypto'

export interface FormTokens {
  /** For the form about this subject. */
  mint(subject: string): string
  isGood(subject: string, token: string): boolean
}

export function formTokens(secret: Uint8Array): FormTokens {
  const digest = (subject: string) => createHmac('sha256', secret).update('form\0').update(subject).digest()
  return {
    mint: (subject) => digest(subject).toString('base64url'),
    isGood: (subject, token) => {
      const given = Buffer.from(token, 'base64url')
      const wanted = digest(subject)
      return given.length === wanted.length && timingSafeEqual(given, wanted)
    },
  }
}
