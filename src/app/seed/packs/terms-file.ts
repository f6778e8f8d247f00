/**
 * A file of terms as a seed: SharePoint's CSV, PnP's XML, SKOS and the like (docs/taxonomy-files.md). It is imported into the
 * term store of a tenant that is there, by the same plan as any other import (import-terms.ts).
 */
import { readFileSync } from 'node:fs'
import { basename, extname } from 'node:path'
import type { Seed } from '../format/seed-format.ts'
import { wellKnown } from '../seed-data.ts'

export interface TermsFile {
  /** Name of the file, for messages; its extension may tell the format. */
  readonly terms: string
  readonly bytes: Uint8Array
  /** Id or domain; absent: Contoso. */
  readonly tenant?: string | undefined
  /** Where its sets go, if it names no group; absent: a group with the name of the file. */
  readonly group?: string | undefined
}

const endings = /^\.(?:csv|tsv|xml|ttl|nt|rdf|jsonld|jsonl|txt)$/i

/** Whether a path names a file of terms, and no seed of JSON or YAML. */
export function isTermsPath(file: string): boolean {
  return endings.test(extname(file))
}

export function isTermsFile(part: unknown): part is TermsFile {
  return typeof part === 'object' && part !== null && 'terms' in part && 'bytes' in part
}

/** Throws where it cannot be read. */
export function termsFileAt(path: string): TermsFile {
  try {
    return { terms: basename(path), bytes: new Uint8Array(readFileSync(path)) }
  } catch (error) {
    throw new Error(`cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

export function tenantOf({ tenant = wellKnown.contoso }: TermsFile): string {
  return tenant
}

/** What it adds to, as a seed says it. */
export function seedOfTerms(file: TermsFile): Seed {
  return { tenants: [{ id: tenantOf(file) }] } as unknown as Seed
}
