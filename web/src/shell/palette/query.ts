/** What is typed into the palette: a prefix narrows it. Pure. */
export type PaletteScope = 'all' | 'commands' | 'ids' | 'people'

export interface PaletteQuery {
  readonly scope: PaletteScope
  /** Without the prefix. */
  readonly text: string
}

const scopes: Readonly<Record<string, PaletteScope>> = { '>': 'commands', '#': 'ids', '@': 'people' }

export function queryOf(typed: string): PaletteQuery {
  const text = typed.trim()
  const scope = scopes[text.charAt(0)]
  return scope === undefined ? { scope: 'all', text } : { scope, text: text.slice(1).trim() }
}

const guid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const relationship = new RegExp(`^${guid}-${guid}$`, 'i')
const single = new RegExp(`^\\{?(${guid})\\}?$`, 'i')

export type PastedId =
  | { readonly kind: 'guid'; readonly id: string }
  | { readonly kind: 'relationship'; readonly id: string }
  /** Of a pin or a reuse. */
  | { readonly kind: 'relation'; readonly id: string }

/** The id in what was pasted, braces and quotes around it taken off. Undefined: it is none. */
export function pastedId(typed: string): PastedId | undefined {
  const text = typed.trim().replaceAll(/^["']|["']$/g, '')
  if (relationship.test(text)) return { kind: 'relationship', id: text }
  const found = single.exec(text)
  if (found?.[1] !== undefined) return { kind: 'guid', id: found[1].toLowerCase() }
  return /^r![\w-]+$/.test(text) ? { kind: 'relation', id: text } : undefined
}

export interface TextPart {
  readonly text: string
  readonly isMatch: boolean
}

/** The label cut where it matches, to make that bold. */
export function matchedParts(label: string, searched: string): readonly TextPart[] {
  const at = searched === '' ? -1 : label.toLowerCase().indexOf(searched.toLowerCase())
  if (at < 0) return [{ text: label, isMatch: false }]
  const end = at + searched.length
  return [
    { text: label.slice(0, at), isMatch: false },
    { text: label.slice(at, end), isMatch: true },
    { text: label.slice(end), isMatch: false },
  ].filter(({ text }) => text !== '')
}

/** All words, in any order. */
export function fitsWords(label: string, searched: string): boolean {
  const all = label.toLowerCase()
  return searched
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word))
}
