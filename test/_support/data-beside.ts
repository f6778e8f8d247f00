/** Published data that lies beside the repository, for those who have it; CONTRIBUTING.md lists the files. */
import { existsSync } from 'node:fs'

export interface DataBeside {
  readonly url: URL
  /** Why a test that needs the data is skipped; undefined: the data is there. */
  readonly missing: string | undefined
}

/** `name`: below `../shared/data/` of the repository. */
export function dataBeside(name: string): DataBeside {
  const path = `../shared/data/${name}`
  const url = new URL(`../../${path}`, import.meta.url)
  return { url, missing: existsSync(url) ? undefined : `skipped, data not found: ${path}` }
}
