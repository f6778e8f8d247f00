/** Names of users and groups: what each may be made of, as Graph's reference says for `user` and `group`. */
import type { Faults } from '#base/errors.ts'

const longestName = 256
const longestNickname = 64

/** What a mail alias may not hold; the rest of ASCII is good. */
const strangeInNickname = /[@()\\[\]";:<>,\s]|[^\x20-\x7e]/

/** The trimmed text is kept as it was sent; an empty one is a fault. Says nothing of what the engine missed already. */
export function checkDisplayName(value: string | null | undefined, faults: Faults): void {
  if (value === undefined || faults.has('displayName')) return
  if (value === null || value.trim() === '')
    faults.add('displayName', "Invalid value specified for property 'displayName'.")
  else if (value.length > longestName)
    faults.add('displayName', `The property 'displayName' has at most ${longestName} characters.`)
}

export function checkMailNickname(value: string | null | undefined, faults: Faults): void {
  if (value === undefined || faults.has('mailNickname')) return
  if (value === null || value === '' || value.length > longestNickname || strangeInNickname.test(value))
    faults.add(
      'mailNickname',
      `Invalid value specified for property 'mailNickname': up to ${longestNickname} ASCII characters, no blanks and none of @()\\[]";:<>,.`,
    )
}

/** A property that a create must bring cannot be taken away afterwards. */
export function checkKept(patch: Readonly<Record<string, unknown>>, names: readonly string[], faults: Faults): void {
  for (const name of names) {
    if (patch[name] === null && !faults.has(name))
      faults.add(name, `Invalid value specified for property '${name}': it cannot be null.`)
  }
}
