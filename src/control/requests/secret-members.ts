/** Secrets in JSON, also in JSON that is cut off or broken, and in what looks like it. The rest of the text stays as it is. */
import { isSecretName, removed } from './secret-names.ts'

const stringForm = /"(?:[^"\\]|\\[\s\S])*"?/g
const stringHere = /"(?:[^"\\]|\\[\s\S])*"?/y
const colonHere = /\s*:\s*/y
const plainHere = /[^\s"{}[\],]*/y

function endOf(form: RegExp, text: string, at: number): number | undefined {
  form.lastIndex = at
  return form.test(text) ? form.lastIndex : undefined
}

/** Where the value ends that begins there: a whole object or list, too. */
function endOfValue(text: string, start: number): number {
  const first = text[start]
  if (first !== '{' && first !== '[') return endOf(first === '"' ? stringHere : plainHere, text, start) ?? text.length
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    const char = text[at]
    if (char === '"') at = (endOf(stringHere, text, at) ?? text.length) - 1
    else if (char === '{' || char === '[') depth += 1
    else if (char === '}' || char === ']') depth -= 1
    if (depth === 0) return at + 1
  }
  return text.length
}

/** Undefined: the string is cut off, or is none. */
export function stringIn(quoted: string): string | undefined {
  try {
    return String(JSON.parse(quoted))
  } catch {
    return undefined
  }
}

/** The string may end in the middle of an escape. */
function cutStringIn(quoted: string): string {
  const whole = quoted.replace(/(?:\\u[\da-f]{0,3}|(?<!\\)(?:\\\\)*\\)$/i, '')
  return stringIn(`${whole}"`) ?? quoted.slice(1)
}

/** `valueWithout`: what is shown of the text of a string that is no secret by its name. */
export function membersWithout(text: string, valueWithout: (value: string) => string): string {
  let shown = ''
  let at = 0
  stringForm.lastIndex = 0
  const strings: [number, string][] = [...text.matchAll(stringForm)].map(({ index, 0: quoted }) => [index, quoted])
  for (const [index, quoted] of strings) {
    if (index < at) continue
    const after = index + quoted.length
    const value = endOf(colonHere, text, after)
    if (value === undefined) {
      const plain = stringIn(quoted) ?? cutStringIn(quoted)
      const kept = valueWithout(plain)
      if (kept === plain) continue
      shown += text.slice(at, index) + JSON.stringify(kept)
      at = after
      continue
    }
    const name = stringIn(quoted) ?? ''
    if (!isSecretName(name)) continue
    const end = endOfValue(text, value)
    if (text.slice(value, end) === 'null') continue
    shown += `${text.slice(at, value)}"${removed(name)}"`
    at = end
  }
  return shown + text.slice(at)
}

/** A name, and a value up to the end of the line or of its quotes: YAML, and what somebody took for JSON. */
const looseForm = /(?<![\w-])(["'`]?)([\w-]+)\1([ \t]*:[ \t]*)("(?:[^"\\]|\\[\s\S])*"?|'[^']*'?|[^\r\n"'][^\r\n]*)/g

export function looseMembersWithout(text: string): string {
  return text.replace(looseForm, (all, quote: string, name: string, colon: string, value: string) => {
    if (!isSecretName(name)) return all
    const mark = /^["']/.exec(value)?.[0] ?? ''
    return `${quote}${name}${quote}${colon}${mark}${removed(name)}${mark}`
  })
}

/** Parts of `multipart/form-data`. */
const partForm = /(;[ \t]*name="?([\w.-]+)"?[\s\S]{0,400}?\r?\n\r?\n)([\s\S]*?)(?=\r?\n--|$)/gi

export function partsWithout(text: string): string {
  if (!/content-disposition/i.test(text)) return text
  return text.replace(partForm, (all, head: string, name: string) =>
    isSecretName(name) || name.toLowerCase() === 'code' ? head + removed(name) : all,
  )
}
