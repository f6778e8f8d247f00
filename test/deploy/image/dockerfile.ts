/** Reads deploy/Dockerfile: its stages with their steps, in the parts of the language that it uses. Anything else is an error. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../crash/built-server.ts'

export type Step =
  | {
      readonly kind: 'copy'
      readonly from: string | undefined
      readonly sources: readonly string[]
      readonly to: string
    }
  | { readonly kind: 'run'; readonly command: string }
  | { readonly kind: 'folder'; readonly path: string }

/** What an image says of its containers. */
export interface ImageFacts {
  readonly env: Readonly<Record<string, string>>
  readonly entrypoint: readonly string[]
  readonly health: readonly string[]
  readonly user: string
  readonly stopSignal: NodeJS.Signals
  readonly port: number
  readonly volume: string
  readonly labels: Readonly<Record<string, string>>
}

export interface Stage {
  readonly name: string
  readonly base: string
  readonly steps: readonly Step[]
  readonly facts: ImageFacts
}

/** Lines joined where one ends in a backslash; without comments. */
const instructionsOf = (text: string): [string, string][] =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1).trim()])

/** `A=b C="d e"`. */
const pairsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S*))/g)].map(([, name = '', a, b]) => [name, a ?? b ?? '']),
  )

const copyOf = (text: string): Step => {
  const [, from, rest = text] = /^--from=(\S+) (.*)$/.exec(text) ?? []
  const words = rest.split(/\s+/)
  if (words.some((word) => /^--|[*?]/.test(word)))
    throw new Error(`COPY ${text}: options and patterns are not known here`)
  return { kind: 'copy', from, sources: words.slice(0, -1), to: words.at(-1) ?? '' }
}

const stageOf = (from: string, lines: readonly [string, string][], given: ReadonlyMap<string, string>): Stage => {
  const [, base = '', name = ''] = /^(\S+)(?: AS (\S+))?$/.exec(from) ?? []
  const args = new Map(given)
  const filled = (text: string): string =>
    text.replaceAll(/\$\{(\w+)\}/g, (whole, variable: string) => args.get(variable) ?? whole)
  const steps: Step[] = []
  const last = new Map<string, string>()
  let env: Record<string, string> = {}
  let labels: Record<string, string> = {}
  for (const [word, raw] of lines) {
    const text = filled(raw)
    if (word === 'ARG') args.set(...(text.split('=', 2) as [string, string]))
    else if (word === 'ENV') env = { ...env, ...pairsOf(text) }
    else if (word === 'LABEL') labels = { ...labels, ...pairsOf(text) }
    else if (word === 'COPY') steps.push(copyOf(text))
    else if (word === 'RUN') steps.push({ kind: 'run', command: text })
    else if (word === 'WORKDIR') steps.push({ kind: 'folder', path: text })
    else if (/^(USER|VOLUME|EXPOSE|STOPSIGNAL|HEALTHCHECK|ENTRYPOINT)$/.test(word)) last.set(word, text)
    else throw new Error(`${word} is not known here`)
  }
  const said = (word: string): string => last.get(word) ?? ''
  const list = (text: string): string[] => (text.includes('[') ? JSON.parse(text.slice(text.indexOf('['))) : [])
  return {
    name,
    base: filled(base),
    steps,
    facts: {
      env,
      entrypoint: list(said('ENTRYPOINT')),
      health: list(said('HEALTHCHECK')),
      user: said('USER'),
      stopSignal: said('STOPSIGNAL') as NodeJS.Signals,
      port: Number(said('EXPOSE')),
      volume: said('VOLUME'),
      labels,
    },
  }
}

export const stagesOf = (text: string): readonly Stage[] => {
  const all = instructionsOf(text)
  const starts = all.flatMap(([word], at) => (word === 'FROM' ? [at] : []))
  const before = all.slice(0, starts[0])
  const args = new Map(before.map(([, pair]) => pair.split('=', 2) as [string, string]))
  return starts.map((start, at) => stageOf(all[start]?.[1] ?? '', all.slice(start + 1, starts[at + 1]), args))
}

export const stages = stagesOf(readFileSync(join(root, 'deploy', 'Dockerfile'), 'utf8'))

/** What the image says of its containers. */
export const imageFacts: ImageFacts = (stages.at(-1) as Stage).facts

/** Names at the top of the tree that a build may copy. */
export const contextNames = (): ReadonlySet<string> => {
  const [first, ...rest] = readFileSync(join(root, 'deploy', 'Dockerfile.dockerignore'), 'utf8')
    .trim()
    .split('\n')
  if (first !== '*' || rest.some((line) => !/^![\w./-]+$/.test(line)))
    throw new Error('the ignore file has other patterns')
  return new Set(rest.map((line) => line.slice(1)))
}
