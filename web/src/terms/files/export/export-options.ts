/** What is exported and how, from the address; and what the format leaves out, as a list of kinds. Pure but for `control`. */
import { control, type RequestPlan } from '../../../data/plan.ts'
import type { View } from '../../../kit/view.ts'

interface ExportFormat {
  readonly name: string
  readonly extension: string
  readonly hasLanguage?: true
  readonly hasIds?: true
  readonly hasExcelSafe?: true
}

export const exportFormats: readonly ExportFormat[] = [
  { name: 'json', extension: 'json' },
  { name: 'sharepoint-csv', extension: 'csv', hasLanguage: true, hasIds: true },
  { name: 'wide-csv', extension: 'csv', hasExcelSafe: true },
  { name: 'pnp-text', extension: 'txt', hasLanguage: true, hasIds: true },
  { name: 'pnp-xml', extension: 'xml' },
  { name: 'turtle', extension: 'ttl' },
  { name: 'rdf-xml', extension: 'rdf' },
  { name: 'json-ld', extension: 'jsonld' },
  { name: 'jsonl', extension: 'jsonl' },
  { name: 'folder', extension: 'zip' },
]

export function formatIn(view: View): ExportFormat {
  const found = exportFormats.find(({ name }) => name === view['format'])
  return found ?? (exportFormats[0] as ExportFormat)
}

export function exportRequest(view: View, isReport = false): RequestPlan {
  const { group, set, term, lang, ids, safe } = view
  const format = formatIn(view)
  return control('GET', '/term-store/export', {
    query: {
      format: format.name,
      group: set === undefined ? group : undefined,
      set,
      term: set === undefined ? undefined : term,
      language: format.hasLanguage === true ? lang : undefined,
      ids: format.hasIds === true && ids !== undefined ? 'true' : undefined,
      excelSafe: format.hasExcelSafe === true && safe !== undefined ? 'true' : undefined,
      report: isReport ? 'only' : undefined,
    },
    headers: { Accept: '*/*' },
    token: true,
  })
}

/** The same for a pipeline. Names are quoted for a shell. */
export function exportCommand(view: View, fileName: string): string {
  const { group, set, term, lang, ids, safe } = view
  const format = formatIn(view)
  const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
  return [
    'relata terms export',
    ...(set !== undefined ? [`--set ${quoted(set)}`] : group !== undefined ? [`--group ${quoted(group)}`] : []),
    ...(set !== undefined && term !== undefined ? [`--term ${quoted(term)}`] : []),
    `--format ${format.name}`,
    ...(format.hasLanguage === true && lang !== undefined ? [`--language ${lang}`] : []),
    ...(format.hasIds === true && ids !== undefined ? ['--ids'] : []),
    ...(format.hasExcelSafe === true && safe !== undefined ? ['--excel-safe'] : []),
    `-o ${quoted(fileName)}`,
  ].join(' ')
}

interface Loss {
  readonly what: string
  readonly path?: string
  readonly value?: string
  readonly languageTag?: string
  readonly count: number
}

export interface LossKind {
  readonly what: string
  readonly count: number
  /** The first of them. */
  readonly samples: readonly string[]
}

const mostSamples = 20

/** The lines of the report, by kind, the most first. */
export function lossKinds(text: string): readonly LossKind[] {
  const byName = new Map<string, { count: number; samples: string[] }>()
  for (const line of text.split('\n')) {
    if (line === '') continue
    const { what, path, value, languageTag, count } = JSON.parse(line) as Loss
    const known = byName.get(what) ?? { count: 0, samples: [] }
    byName.set(what, known)
    known.count += count
    if (known.samples.length < mostSamples && path !== undefined)
      known.samples.push([path, languageTag, value].filter((part) => part !== undefined).join(' · '))
  }
  return [...byName].map(([what, kind]) => ({ what, ...kind })).sort((a, b) => b.count - a.count)
}
