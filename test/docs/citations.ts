/**
 * Citations of the specification, links between pages, and which of them lead nowhere. A citation is a page of
 * docs/spec/, a section, and where needed a row or a step in it: a page's name, `§3.2 T6` or `§3.6 step 8`. Pure.
 */

export interface Citation {
  readonly page: string
  readonly section: string
  /** Rows (`T6`) and steps (`step 8`) of the section. */
  readonly ids: readonly string[]
  readonly at: number
}

/** Name without `.md` → text. */
export type Pages = Readonly<Record<string, string>>

const pageNames = ['protocol', 'term-store', 'gdap', 'exchange', 'events']
const page = `(?<![\\w/-]|\\]\\()(${pageNames.join('|')})\\.md\`?`
/** White space, a line break of a comment included. */
const gap = '(?:\\s+(?:(?:\\*|//|#)\\s+)?)'
const section = '§(\\d+(?:\\.\\d+)*|[A-Z])(?![\\w])'
const steps = `steps?${gap}\\d+(?:${gap}(?:to|and)${gap}\\d+)?`
const ids = `(?:,?${gap}(?:and${gap})?(?:[A-Z]\\d+[a-z]?\\b|${steps}))*`
const part = `${section}${ids}(?:${gap}\\([^()§]{1,80}\\))?`
const chain = `${part}(?:(?:,?${gap}(?:and|to|or)${gap}|,${gap})${part})*`
const named = new RegExp(`${page}(?:${gap}(${chain}))?`, 'g')
/** As relata-explain has them, in plain ASCII: a path and a number. */
const onTheWire = new RegExp(`docs/spec/(${pageNames.join('|')})\\.md (\\d+(?:\\.\\d+)*)`, 'g')
const parts = new RegExp(`${section}(${ids})`, 'g')
/** What else has sections: named before them, it says whose they are. */
const standard = /OData|RFC \d+|ISO 8601|sqlite\.org|CSDL|Discovery 1\.0|URL [Cc]onventions/g

/** Sections of a page by number, each with those below it. */
export function sectionsOf(markdown: string): ReadonlyMap<string, string> {
  const headings = [...markdown.matchAll(/^(#{2,6}) (\d+(?:\.\d+)*|[A-Z])\.? /gm)]
  return new Map(
    headings.map(({ 1: hashes = '', 2: number = '', index }, place) => {
      const next = headings.slice(place + 1).find(({ 1: other = '' }) => other.length <= hashes.length)
      return [number, markdown.slice(index, next?.index)]
    }),
  )
}

function idsIn(text: string): string[] {
  return [...text.matchAll(/[A-Z]\d+[a-z]?|\d+/g)].map(([id]) => (/^\d/.test(id) ? `step ${id}` : id))
}

function partsOf(name: string, text: string, at: number): Citation[] {
  return [...text.matchAll(parts)].map(({ 1: number = '', 2: more = '' }) => ({
    page: name,
    section: number,
    ids: idsIn(more),
    at,
  }))
}

/** Sections cited with the name of their page. */
export function citationsIn(text: string): Citation[] {
  return [
    ...[...text.matchAll(named)].flatMap(({ 1: name = '', 2: cited = '', index }) => partsOf(name, cited, index)),
    ...[...text.matchAll(onTheWire)].map(({ 1: name = '', 2: number = '', index }) => ({
      page: name,
      section: number,
      ids: [],
      at: index,
    })),
  ]
}

function lastIndex(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].at(-1)?.index ?? -1
}

/** Sections without the name of a page or of a standard before them; `own`: those of the page they are on. */
function looseSections(text: string): { readonly number: string; readonly ids: string; readonly at: number }[] {
  const covered = [...text.matchAll(named)].map(({ 0: whole, index }) => [index, index + whole.length] as const)
  return [...text.matchAll(parts)]
    .map(({ 1: number = '', 2: more = '', index }) => ({ number, ids: more, at: index }))
    .filter(({ at }) => !covered.some(([from, to]) => at >= from && at < to))
}

/** In code: sections of which nobody knows whose they are, and pages named without a section. */
export function looseIn(text: string): number[] {
  const withoutSection = [...text.matchAll(named)].filter(({ 2: cited }) => cited === undefined)
  const withoutPage = looseSections(text).filter(({ at }) => {
    const before = text.slice(Math.max(0, at - 240), at)
    if (before.endsWith("rule: '")) return false
    return lastIndex(before, standard) <= lastIndex(before, new RegExp(page, 'g'))
  })
  return [...withoutSection.map(({ index }) => index), ...withoutPage.map(({ at }) => at)]
}

/** In a page of the specification: what it cites of itself. Sections of standards have the standard directly before them. */
export function ownCitationsIn(text: string, name: string): Citation[] {
  const foreign = new RegExp(`(?:4\\.01?|Part 1,?|OData(?: 4\\.01?)?|\\w\\.md|RFC \\d+)${gap}$|§[\\d.]+,? (?:and )?$`)
  return looseSections(text)
    .filter(({ at }) => !foreign.test(text.slice(Math.max(0, at - 40), at)) || /^\S/.test(text.slice(at - 1, at)))
    .map(({ number, ids: more, at }) => ({ page: name, section: number, ids: idsIn(more), at }))
}

function holds(text: string, id: string): boolean {
  const [, step] = /^step (\d+)$/.exec(id) ?? []
  return step === undefined
    ? new RegExp(`^\\| \\**${id}\\** \\|`, 'm').test(text)
    : new RegExp(`^${step}\\. `, 'm').test(text)
}

/** Undefined: it leads somewhere. */
export function faultOf({ page: name, section: number, ids: cited }: Citation, pages: Pages): string | undefined {
  const text = sectionsOf(pages[name] ?? '').get(number)
  if (text === undefined) return `${name}.md has no section ${number}`
  const missing = cited.filter((id) => !holds(text, id))
  return missing.length === 0 ? undefined : `${name}.md §${number} has no ${missing.join(', ')}`
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]+`/g, 'code')
}

/** Anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const seen = new Map<string, number>()
  const text = markdown.replace(/^```[\s\S]*?^```/gm, '')
  return new Set(
    [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
      const plain = heading.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1').toLowerCase()
      const anchor = plain
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-')
      const times = seen.get(anchor) ?? 0
      seen.set(anchor, times + 1)
      return times === 0 ? anchor : `${anchor}-${times}`
    }),
  )
}

/** Targets of a page's links but for those to other hosts. */
export function linksIn(markdown: string): string[] {
  return [...withoutCode(markdown).matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
}
