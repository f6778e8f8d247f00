/** An ISO 8601 duration in words for people: `P1Y6M` → `1 year, 6 months`. */

const form = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/i
const units = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second']

/** The text itself where it is not a duration; `undefined` for one of no length. */
export function durationWords(text: string): string | undefined {
  const found = form.exec(text)
  if (found === null) return text
  const words = found.slice(1).flatMap((digits, at) => {
    const count = Number(digits ?? 0)
    return count === 0 ? [] : [`${count} ${units[at]}${count === 1 ? '' : 's'}`]
  })
  return words.length === 0 ? undefined : words.join(', ')
}
