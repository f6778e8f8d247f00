/** Which names of users and groups are valid, by Graph's reference of `user` and `group`. */
import type { Faults } from '#base/errors.ts'

const longestName = 256
const longestNickname = 64

/** Characters that a mail alias cannot have. */
const strangeInNickname = /[@()\\[\]";:<>,\s]|[^\x20-\x7e]/

/**
 * Adds a fault for an empty or too long name, unless the property has one already. The value is stored as it was sent.
 */
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

/** A property that a creation requires cannot be set to null later. */
export function checkKept(patch: Readonly<Record<string, unknown>>, names: readonly string[], faults: Faults): void {
  for (const name of names) {
    if (patch[name] === null && !faults.has(name))
      faults.add(name, `Invalid value specified for property '${name}': it cannot be null.`)
  }
}
