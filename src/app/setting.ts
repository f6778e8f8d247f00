/** What one setting is, and the readers that make values of text. Each reader throws what is wrong with it. */

/** One setting: its flag, its words in the help, and how text becomes a value. `read` throws what is wrong. */
export interface Setting<T = unknown> {
  /** As commander writes it: `-p, --port <number>`; the environment variable is made of the long name. */
  readonly flags: string
  readonly doc: string
  readonly initial: T
  read(text: string): T
  /** An environment variable of common use, looked at after our own. */
  readonly alsoFrom?: string
  /** Understood, but not shown in the help. */
  readonly hidden?: string
}

export const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^\d{1,15}$/.test(text) || value < least || value > most)
      throw new Error(`is not a whole number from ${least} to ${most}`)
    return value
  }

export const oneOf =
  <const T extends string>(...words: readonly T[]) =>
  (text: string): T => {
    const found = words.find((word) => word === text.toLowerCase())
    if (found === undefined) throw new Error(`is none of ${words.join(', ')}`)
    return found
  }

const truths: Readonly<Record<string, boolean>> = {
  true: true,
  1: true,
  yes: true,
  on: true,
  false: false,
  0: false,
  no: false,
  off: false,
}
export const truth = (text: string): boolean => {
  const value = Object.hasOwn(truths, text.toLowerCase()) ? truths[text.toLowerCase()] : undefined
  if (value === undefined) throw new Error('is neither true nor false')
  return value
}

export const named = (text: string): string => {
  if (text.trim() === '') throw new Error('is empty')
  return text
}
export const setting = <T>(
  flags: string,
  doc: string,
  initial: T,
  read: (text: string) => T,
  more: Partial<Setting<T>> = {},
): Setting<T> => ({
  flags,
  doc,
  initial,
  read,
  ...more,
})
