/** What code and pages cite of the specification is there, and so is whatever a page links to. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { AppError, type ErrorKind } from '#base/errors.ts'
import { explain } from '#odata/body/explain.ts'
import { steps as assignmentSteps } from '#workloads/gdap/rules/assignment/assignment-states.ts'
import { steps as operationSteps } from '#workloads/gdap/rules/operation/operation-states.ts'
import { steps as relationshipSteps } from '#workloads/gdap/rules/relationship/lifecycle.ts'
import { steps as requestSteps } from '#workloads/gdap/rules/request/request-states.ts'
import {
  anchorsOf,
  type Citation,
  citationsIn,
  faultOf,
  linksIn,
  looseIn,
  ownCitationsIn,
  sectionsOf,
} from './citations.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const specification = join(root, 'docs/spec')

function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory())
      return entry.name === 'node_modules' || entry.name.startsWith('.') ? [] : filesBelow(path, ending)
    return ending.test(entry.name) ? [path] : []
  })
}

function textOf(path: string): string {
  return readFileSync(path, 'utf8')
}

const specPages = readdirSync(specification).filter((name) => name.endsWith('.md') && name !== 'README.md')
const pages = Object.fromEntries(specPages.map((name) => [name.slice(0, -3), textOf(join(specification, name))]))
// These two have citations in them that lead nowhere on purpose.
const code = ['src', 'test', 'scripts', 'bench', 'deploy', 'examples']
  .flatMap((folder) => filesBelow(join(root, folder), /\.(?:[jt]s|sh|py|ya?ml)$/))
  .filter((path) => !/test\/docs\/citations\./.test(path))
const rootPages = readdirSync(root).filter((name) => name.endsWith('.md'))
const documents = [...rootPages.map((name) => join(root, name)), ...filesBelow(join(root, 'docs'), /\.md$/)]

function placeOf(path: string, text: string, at: number): string {
  return `${relative(root, path)}:${text.slice(0, at).split('\n').length}`
}

function faultsOf(path: string, citations: (text: string) => Citation[]): string[] {
  const text = textOf(path)
  return citations(text).flatMap((citation) => {
    const fault = faultOf(citation, pages)
    return fault === undefined ? [] : [`${placeOf(path, text, citation.at)}: ${fault}`]
  })
}

function deadLinksOf(path: string): string[] {
  return linksIn(textOf(path)).flatMap((target) => {
    const [file = '', anchor] = target.split('#')
    const place = file === '' ? path : join(dirname(path), decodeURIComponent(file))
    const dead = `${relative(root, path)}: ${target}`
    if (!existsSync(place)) return [dead]
    if (anchor === undefined || statSync(place).isDirectory()) return []
    return anchorsOf(textOf(place)).has(anchor) ? [] : [dead]
  })
}

describe('the specification', () => {
  it('is cited by code with a page and a section that are there', () => {
    expect(code.flatMap((path) => citationsIn(textOf(path))).length).toBeGreaterThan(150)
    expect(code.flatMap((path) => faultsOf(path, citationsIn))).toEqual([])
  })

  it('is never cited without a page or without a section', () => {
    const loose = code.flatMap((path) => {
      const text = textOf(path)
      return looseIn(text).map((at) => placeOf(path, text, at))
    })
    expect(loose).toEqual([])
  })

  it('is cited by pages, its own ones included, where it says so', () => {
    expect(documents.flatMap((path) => faultsOf(path, citationsIn))).toEqual([])
    const own = specPages.flatMap((name) =>
      faultsOf(join(specification, name), (text) => ownCitationsIn(text, name.slice(0, -3))),
    )
    expect(own).toEqual([])
  })

  it('has the section that relata-explain names for each kind of error', () => {
    const kinds: readonly ErrorKind[] = [
      ...(['unauthenticated', 'forbidden', 'notFound', 'notAllowed', 'notAcceptable', 'conflict', 'gone'] as const),
      ...(['precondition', 'dependency', 'tooLarge', 'unsupportedMedia', 'throttled', 'unsupported'] as const),
      ...(['unavailable', 'internal', 'invalid'] as const),
    ]
    const said = kinds.map((kind) => explain(new AppError(kind, 'x', kind === 'invalid' ? { target: '$filter' } : {})))
    const missing = said.filter((text) => {
      const [, path = '', section = ''] = /; (docs\/spec\/\S+\.md) ([\d.]+)$/.exec(text) ?? []
      return !(path !== '' && existsSync(join(root, path)) && sectionsOf(textOf(join(root, path))).has(section))
    })
    expect(missing).toEqual([])
  })

  it('has every rule that a step of the GDAP machines names', () => {
    const rules = [...relationshipSteps, ...assignmentSteps, ...operationSteps, ...requestSteps].map(({ rule }) => rule)
    const cited = [...new Set(rules)].map((rule) => `gdap.md ${rule.startsWith('§') ? rule : `§3.2 ${rule}`}`)
    const citations = cited.flatMap(citationsIn)
    expect(citations).toHaveLength(cited.length)
    expect(citations.flatMap((citation) => faultOf(citation, pages) ?? [])).toEqual([])
  })
})

it('links of pages lead to a file and a heading', () => {
  expect(documents.flatMap((path) => linksIn(textOf(path))).length).toBeGreaterThan(50)
  expect(documents.flatMap(deadLinksOf)).toEqual([])
})

describe('the collector', () => {
  const sample = {
    gdap: '# G\n\n## 3. States\n\n### 3.2 Transitions\n\n| T6 | x |\n\n### 3.6 Steps\n\n1. One\n2. Two\n\n## A. Roles\n',
  }
  const faults = (text: string) => citationsIn(text).flatMap((citation) => faultOf(citation, sample) ?? [])

  it('finds each section, row and step', () => {
    const text = '/** As gdap.md §3.2 T6 and T7, §3.6 steps 1 to\n * 3, and §A (roles). */'
    expect(citationsIn(text).map(({ section, ids }) => [section, ...ids].join(' '))).toEqual([
      '3.2 T6 T7',
      '3.6 step 1 step 3',
      'A',
    ])
  })

  it('tells what leads nowhere', () => {
    expect(faults('gdap.md §3.2 T6, §3.6 step 2, §A')).toEqual([])
    expect(faults('gdap.md §3.3')).toEqual(['gdap.md has no section 3.3'])
    expect(faults('gdap.md §3.2 T7')).toEqual(['gdap.md §3.2 has no T7'])
    expect(faults('gdap.md §3.6 step 3')).toEqual(['gdap.md §3.6 has no step 3'])
    expect(faults('events.md §1')).toEqual(['events.md has no section 1'])
  })

  it('finds citations that lack one half', () => {
    expect(looseIn('see gdap.md for that')).toHaveLength(1)
    expect(looseIn('gdap.md 3.2')).toHaveLength(1)
    expect(looseIn('as §3.2 says')).toHaveLength(1)
    expect(looseIn('gdap.md §3.2. The others (§3.3)')).toHaveLength(1)
    expect(looseIn('gdap.md §3.2; OData 4.01 §11.4 and §11.5, docs/gdap.md')).toEqual([])
  })

  it('finds what a page cites of itself, and leaves standards out', () => {
    const own = ownCitationsIn('See §3.2 T6 (§9), not RFC 9110 §4 or OData 4.01 §11.', 'gdap')
    expect(own.flatMap((citation) => faultOf(citation, sample) ?? [])).toEqual(['gdap.md has no section 9'])
  })

  it('knows anchors and links as GitHub does', () => {
    expect([...anchorsOf('# A `b` (c)\n## 3.2 Über x\n## 3.2 Über x\n')]).toEqual(['a-b-c', '32-über-x', '32-über-x-1'])
    expect(linksIn('[a](b.md#c) `[x](y.md)` [h](https://example.org)\n```\n[n](o.md)\n```\n')).toEqual(['b.md#c'])
  })
})
