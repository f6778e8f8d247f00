/**
 * Entity tags and the conditions requests put on them: RFC 9110 §8.8.3 and §13.1, weak comparison throughout, as OData
 * asks (protocol.md §1.8). A tag here is the text between the quotes, which is what rows hold.
 */
import { AppError } from '#base/errors.ts'

/** `*`, or the tags that are listed. */
export type Condition = '*' | ReadonlySet<string>

type Headers = Readonly<Record<string, string | undefined>>

/** One tag of a list, with the comma after it. Nothing but quotes and control characters is forbidden inside. */
const tagForm = /[ \t]*(?:W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(?:,|$)|[ \t]*,/y

export function weakTag(tag: string): string {
  return `W/"${tag}"`
}

function malformed(name: string, text: string): AppError {
  return new AppError('invalid', `'${text.slice(0, 80)}' in ${name} is not an entity tag; send it as it came: W/"…".`, {
    target: name,
    inner: 'malformedEntityTag',
  })
}

/** Throws `invalid` unless the header is `*` or a list of quoted tags. */
export function readCondition(name: 'If-Match' | 'If-None-Match', text: string): Condition {
  if (text.trim() === '*') return '*'
  const tags = new Set<string>()
  tagForm.lastIndex = 0
  while (tagForm.lastIndex < text.length) {
    const found = tagForm.exec(text)
    if (found === null) throw malformed(name, text)
    if (found[1] !== undefined) tags.add(found[1])
  }
  if (tags.size === 0) throw malformed(name, text)
  return tags
}

function isMet(condition: Condition, tag: string): boolean {
  return condition === '*' || condition.has(tag)
}

function stale(name: string): AppError {
  return new AppError(
    'precondition',
    `The resource has changed: its entity tag does not agree with ${name}. Read it again.`,
    {
      target: name,
      inner: 'entityTagDoesNotMatch',
    },
  )
}

/**
 * Before a change of a row that is there. Throws `invalid` for a condition that is missing where one is required, or
 * malformed, `precondition` for one that is not met.
 */
export function checkChange(headers: Headers, rule: 'optional' | 'required', tag: string): void {
  const match = headers['if-match']
  if (match !== undefined) {
    if (!isMet(readCondition('If-Match', match), tag)) throw stale('If-Match')
  } else if (rule === 'required') {
    throw new AppError('invalid', 'The header If-Match is required: send the @odata.etag last read.', {
      target: 'If-Match',
    })
  }
  const none = headers['if-none-match']
  if (none !== undefined && isMet(readCondition('If-None-Match', none), tag)) throw stale('If-None-Match')
}

/** Whether a read may be answered with 304; throws as `readCondition` does. */
export function isUnchanged(headers: Headers, tag: string): boolean {
  const none = headers['if-none-match']
  return none !== undefined && isMet(readCondition('If-None-Match', none), tag)
}
