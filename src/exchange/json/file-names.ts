/** Names of the folder's files, made once from names of groups and sets: exchange.md §7.3. */

const mostCharacters = 60
const marks = /\p{M}+/gu
/** Windows opens devices by these. */
const devices = /^(?:con|prn|aux|nul|com\d|lpt\d)$/

/** `a`–`z`, `0`–`9` and `-`. Empty where the name has none of them. */
function folded(name: string): string {
  const latin = name.normalize('NFKD').replace(marks, '').toLowerCase().replaceAll('ß', 'ss')
  const words = latin.split(/[^a-z0-9]+/).filter((word) => word !== '')
  const short = words.join('-').slice(0, mostCharacters)
  return short.endsWith('-') ? short.slice(0, -1) : short
}

/**
 * A name that is not taken, without extension. `kind` is used where nothing of the name is left; on a clash the first
 * eight digits of the id are added, or a number where there is no id.
 */
export function fileName(name: string, kind: string, id: string | undefined, taken: ReadonlySet<string>): string {
  const own = folded(name)
  const plain = own === '' ? kind : own
  if (own !== '' && !taken.has(plain) && !devices.test(plain)) return plain
  const withId = id === undefined ? plain : `${plain}-${id.slice(0, 8).toLowerCase()}`
  if (!taken.has(withId) && !devices.test(withId)) return withId
  for (let count = 2; ; count++) if (!taken.has(`${withId}-${count}`)) return `${withId}-${count}`
}
