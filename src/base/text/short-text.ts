/** Texts from outside as messages show them: enough to know them again, however long they are. */

const shownMost = 60

/** Never cuts a pair of surrogates. */
export function shortText(text: string): string {
  return text.length <= shownMost ? text : `${text.slice(0, shownMost).replace(/[\ud800-\udbff]$/, '')}…`
}
