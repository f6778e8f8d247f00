/** Files and links that the pages name exist. */
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../crash/built-server.ts'
import { pageAt } from './paste.ts'

const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  'examples/README.md',
  ...readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
]

/** The way the code host makes one of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}

function hasAnchor(page: string, anchor: string): boolean {
  return [...page.matchAll(/^#+ (.+)$/gm)].some(([, heading]) => anchorOf(heading ?? '') === anchor)
}

it.each(pages)('%s links to files and headings that exist', (path) => {
  const links = [...pageAt(path).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
  const broken = links.filter(([, file = '', anchor]) => {
    const target = file === '' ? path : join(dirname(path), file)
    if (!existsSync(join(root, target))) return true
    return anchor !== undefined && !hasAnchor(pageAt(target), anchor)
  })
  expect(broken.map(([link]) => link)).toEqual([])
})

it.each(['docs/request-flow.md', 'docs/glossary.md', 'CONTRIBUTING.md', 'STYLE.md', 'SECURITY.md'])(
  '%s names source files that exist',
  (path) => {
    const named = [...pageAt(path).matchAll(/`((?:[\w-]+\/)+(?:[\w-]+\.(?:ts|js)|[\w-]+\/))`/g)].map(
      ([, name = '']) => name,
    )
    expect(named.filter((name) => ['', 'src'].every((room) => !existsSync(join(root, room, name))))).toEqual([])
  },
)
