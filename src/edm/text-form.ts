/** The form in which rules store a text, as a fact of the model: what a text is compared with is brought into it too. */

export interface TextForm {
  /** White space at the ends goes, and a run of it is one space. */
  readonly blanks: 'single'
  /** Characters → what stands in their place. */
  readonly instead: Readonly<Record<string, string>>
}

/** White space that needs a change: at an end, repeated, or other than a space. */
const unevenSpace = /^\s|\s$|\s\s|[^\S ]/

/** `isPart`: the text is a part of another, so that a space at its end may be inside of that. */
export function inForm({ instead }: TextForm, text: string, isPart = false): string {
  const spaced = unevenSpace.test(text) ? text.replace(/\s+/g, ' ') : text
  let formed = isPart ? spaced : spaced.trim()
  for (const [sign, other] of Object.entries(instead))
    if (formed.includes(sign)) formed = formed.replaceAll(sign, other)
  return formed
}
