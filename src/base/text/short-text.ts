/** Texts from outside as messages show them: enough to know them again, however long they are. */

const shownMost = 60

/** The beginning. Never cuts a pair of surrogates. */
export function shortText(text: string): string {
  return text.length <= shownMost ? text : `${text.slice(0, shownMost).replace(/[\ud800-\udbff]$/, '')}…`
}

/** Beginning and end of a text longer than `most`, as a message says at its end what is wrong with what it names. */
export function withoutMiddle(text: string, most: number): string {
  if (text.length <= most) return text
  const half = Math.floor((most - 1) / 2)
  return `${text.slice(0, half)}…${text.slice(-half)}`.toWellFormed()
}
