/** How a file is read and what is planned of it: kept in the address, sent to `/_relata/term-store/plan`. */
import type { ImportJob } from '../../../data/jobs.ts'
import { control, type RequestPlan } from '../../../data/plan.ts'
import type { View } from '../../../kit/view.ts'

export const readFormats = [
  'sharepoint-csv',
  'wide-csv',
  'pnp-text',
  'pnp-xml',
  'json',
  'jsonl',
  'pnp-json',
  'names-json',
  'turtle',
  'rdf-xml',
  'json-ld',
] as const

export const repairs = ['chars', 'long', 'levels', 'clashes', 'labels'] as const
export const encodings = ['utf-8', 'windows-1252', 'utf-16le', 'utf-16be'] as const
/** By what records are found that are there already; by the id and else by the path unless told. */
export const matchKeys = ['id', 'path'] as const
/** Of terms at one place; as the file states it unless told. */
export const orders = ['file', 'keep', 'notation'] as const
export const delimiters = [',', ';', '\t', '|'] as const

/** Members of the address; absent: as the file looks, or as the server does without being told. */
const names = [
  'format',
  'encoding',
  'delimiter',
  'defaultLanguage',
  'group',
  'set',
  'under',
  'missing',
  'maxMissing',
  'fix',
  'addLanguages',
  'match',
  'order',
] as const
export type ImportOption = (typeof names)[number]

export function planOfImport(file: File, view: View): RequestPlan {
  const query = Object.fromEntries(
    names.flatMap((name) => {
      const value = view[name]
      return value === undefined || value === '' ? [] : [[name, value]]
    }),
  )
  return control('POST', '/term-store/plan', {
    query: { file: file.name, ...query },
    headers: { 'Content-Type': 'application/octet-stream', Accept: 'application/x-ndjson' },
    body: file,
    token: true,
  })
}

export function planOfApply(digest: string, allowRefused: boolean): RequestPlan<ImportJob> {
  return control<ImportJob>('POST', '/term-store/apply', {
    query: { allowRefused: allowRefused ? 'true' : undefined },
    body: { plan: digest },
    token: true,
  })
}
