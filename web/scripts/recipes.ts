/**
 * `npm run recipes`: takes the recipes of the first page out of docs/clients.md, so that they are those that the tests run.
 * Address and world are filled in by the page.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const source = new URL('../../docs/clients.md', import.meta.url)
const target = new URL('../src/standin/recipes.json', import.meta.url)

interface Block {
  /** Of the language, for who reads it. */
  readonly language: string
  readonly text: string
}

export interface Recipe {
  readonly id: string
  readonly title: string
  readonly blocks: readonly Block[]
}

/** Which blocks of code: how many of those below a heading, from the first on. */
interface Wanted {
  readonly id: string
  readonly title: string
  readonly parts: readonly (readonly [heading: string, count: number])[]
}

const wanted: readonly Wanted[] = [
  { id: 'curl', title: 'curl', parts: [['## curl', 2]] },
  {
    id: 'javascript',
    title: 'JavaScript',
    parts: [
      ['## JavaScript', 2],
      ['### Sign-in (`@azure/identity`)', 1],
      ['### `@microsoft/microsoft-graph-client`', 1],
    ],
  },
  {
    id: 'python',
    title: 'Python',
    parts: [
      ['## Python', 2],
      ['### A whole small program', 1],
    ],
  },
  { id: 'go', title: 'Go', parts: [['## Go', 3]] },
  { id: 'java', title: 'Java', parts: [['## Java', 2]] },
  { id: 'dotnet', title: '.NET', parts: [['## .NET', 1]] },
]

/** The blocks of code between a heading and the next one. */
function blocksBelow(markdown: string, heading: string): readonly Block[] {
  const lines = markdown.split('\n')
  const from = lines.indexOf(heading)
  if (from === -1) throw new Error(`docs/clients.md has no heading '${heading}'.`)
  const blocks: Block[] = []
  let open: { language: string; lines: string[] } | undefined
  for (const line of lines.slice(from + 1)) {
    if (open === undefined && /^#{1,3} /.test(line)) break
    const [, language] = /^```(\w*)$/.exec(line) ?? []
    if (language === undefined) open?.lines.push(line)
    else if (open === undefined) open = { language, lines: [] }
    else {
      blocks.push({ language: open.language, text: open.lines.join('\n') })
      open = undefined
    }
  }
  return blocks
}

export function recipesOf(markdown: string): readonly Recipe[] {
  return wanted.map(({ id, title, parts }) => ({
    id,
    title,
    blocks: parts.flatMap(([heading, count]) => {
      const found = blocksBelow(markdown, heading)
      if (found.length < count) throw new Error(`docs/clients.md has fewer than ${count} blocks below '${heading}'.`)
      return found.slice(0, count)
    }),
  }))
}

export function recipesText(markdown: string): string {
  return `${JSON.stringify(recipesOf(markdown), null, 2)}\n`
}

if (import.meta.main) writeFileSync(target, recipesText(readFileSync(source, 'utf8')))
