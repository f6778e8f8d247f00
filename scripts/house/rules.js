/** What the check asks of the house; each rule gives its faults as `file: what`. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { circlesOf, edgesOf } from './graph.js'
import { closedRooms, floors, frozen, limits, sharedFloors } from './plan.js'
import { targetOf } from './source.js'

const isIn = (path, folder) => path === folder || path.startsWith(`${folder}/`)
const isFrozen = ({ path }) => frozen.some((folder) => isIn(path, folder))

const matches = (entry, specifier) =>
  entry.endsWith('*') ? specifier.startsWith(entry.slice(0, -1)) : specifier === entry

/** Floors are entries such as `#edm`; one of their files is named whole. */
const mayImport = (floor, specifier) =>
  (floors[floor] ?? []).some((entry) =>
    /^#\w+$/.test(entry) ? specifier.startsWith(`${entry}/`) : matches(entry, specifier),
  )

const importFaults = (file) =>
  file.imports.flatMap((one) => {
    const { specifier, line } = one
    const where = `src/${file.path}:${line}`
    const target = targetOf(file, one)
    if (target?.split('/').includes('..') || /^#.*\/\.\.\//.test(specifier))
      return [`${where}: ${specifier} leaves src/`]
    if (specifier.startsWith('.'))
      return target.split('/')[0] === file.floor
        ? []
        : [`${where}: across floors write #floor/file.ts, not ${specifier}`]
    if (target?.split('/')[0] === file.floor) return [`${where}: within a floor imports are relative, not ${specifier}`]
    return mayImport(file.floor, specifier) ? [] : [`${where}: ${file.floor}/ may not import ${specifier}`]
  })

const lineFaults = (pattern, files, says) =>
  files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`src/${path}:${index + 1}: ${says}`] : [])),
  )

/** Words of the workloads, from their models: names of types with a capital inside, and roots of addresses. */
export const workloadWords = (root) => {
  const file = join(root, 'generated', 'metadata-beta.json')
  if (!existsSync(file)) return []
  const { $Version, $EntityContainer, ...schemas } = JSON.parse(readFileSync(file, 'utf8'))
  const names = Object.entries(schemas).flatMap(([namespace, members]) =>
    /^microsoft\.graph/.test(namespace) ? [...Object.keys(members), ...Object.keys(members.GraphService ?? {})] : [],
  )
  return names.filter((name) => /^[a-z]+[A-Z]/.test(name))
}

/** Neutral words that a type of Graph happens to bear as well. */
const neutral = new Set(['directoryObject', 'directoryObjects', 'keyValue', 'baseItem'])

const roomSizes = (files) => {
  const entries = new Map()
  for (const { path } of files.filter((file) => !isFrozen(file))) {
    const parts = path.split('/')
    for (let at = 1; at < parts.length; at++) {
      const room = parts.slice(0, at).join('/')
      entries.set(room, (entries.get(room) ?? new Set()).add(parts[at]))
    }
  }
  return entries
}

const roomFaults = (files) =>
  [...roomSizes(files)]
    .filter(([, entries]) => entries.size > limits.entriesOfRoom)
    .map(([room, entries]) => `src/${room}: ${entries.size} entries, at most ${limits.entriesOfRoom}`)

const twiceFaults = (files) => {
  const places = new Map()
  for (const { path, types } of files)
    for (const { name, isExported, line } of types)
      if (isExported) places.set(name, [...(places.get(name) ?? []), `src/${path}:${line}`])
  return [...places]
    .filter(([, where]) => where.length > 1)
    .map(([name, where]) => `${where.at(-1)}: type ${name} is exported by ${where.length} files: ${where.join(', ')}`)
}

const memberFaults = (files) => {
  const types = new Map(files.flatMap((file) => file.types.map((type) => [type.name, { ...type, path: file.path }])))
  const membersOf = (name) => {
    const type = types.get(name)
    return type === undefined ? [] : [...type.members, ...type.bases.flatMap(membersOf)]
  }
  return Object.entries(limits.members).flatMap(([name, most]) => {
    const count = new Set(membersOf(name)).size
    return count > most ? [`src/${types.get(name).path}: ${name} has ${count} members, at most ${most}`] : []
  })
}

const circleFaults = (files) =>
  circlesOf(edgesOf(files)).map((circle) => `src/${circle[0]}: a circle of files: ${circle.join(', ')}`)

const closedFaults = (files) =>
  files.flatMap((file) =>
    file.imports.flatMap((one) => {
      const target = targetOf(file, one) ?? ''
      return closedRooms
        .filter(({ room, not }) => isIn(file.path, room) && isIn(target, not))
        .map(({ room, not }) => `src/${file.path}:${one.line}: ${room}/ may not import ${not}/`)
    }),
  )

/** Rule → its faults in these files of `root`. */
export const rulesOf = (root, files, { least = limits.leastFiles } = {}) => {
  const own = files.filter((file) => !isFrozen(file))
  const words = workloadWords(root).filter((word) => !neutral.has(word))
  const shared = own.filter(({ floor }) => sharedFloors.includes(floor))
  return {
    'all-seen': files.length < least ? [`src: ${files.length} files seen, at least ${least} expected`] : [],
    'known-floor': files
      .filter(({ floor }) => floors[floor] === undefined)
      .map(({ path }) => `src/${path}: every file belongs to a floor: ${Object.keys(floors).join(' ')}`),
    'floor-imports': files.filter(({ floor }) => floors[floor] !== undefined).flatMap(importFaults),
    'closed-rooms': closedFaults(files),
    'no-circle': circleFaults(files),
    'no-workload-names':
      words.length === 0
        ? []
        : lineFaults(new RegExp(`\\b(?:${words.join('|')})`), shared, 'edm, odata, store and engine name no workload'),
    'no-inline-import-type': files.flatMap(({ path, imports }) =>
      imports.filter(({ isInline }) => isInline).map(({ line }) => `src/${path}:${line}: write \`import type … from\``),
    ),
    'one-clock': lineFaults(
      /\bDate\.now\(|\bnew Date\(\s*\)|\bnew Date\b(?!\s*\()/,
      files.filter(({ path }) => path !== 'base/clock.ts'),
      'the time comes from a Clock (base/clock.ts)',
    ),
    'room-size': roomFaults(files),
    'file-size': own
      .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > limits.linesOfFile)
      .map(({ path, lines }) => `src/${path}: ${lines} lines, at most ${limits.linesOfFile}`),
    'function-size': own.flatMap(({ path, functions }) =>
      functions
        .filter(({ lines }) => lines > limits.linesOfFunction)
        .map(
          ({ name, line, lines }) =>
            `src/${path}:${line}: ${name} has ${lines} lines, at most ${limits.linesOfFunction}`,
        ),
    ),
    'function-declarations': files.flatMap(({ path, arrows }) =>
      arrows.map(({ name, line }) => `src/${path}:${line}: write function ${name}(…), not a constant`),
    ),
    'one-type-name': twiceFaults(files),
    'port-size': memberFaults(files),
  }
}
