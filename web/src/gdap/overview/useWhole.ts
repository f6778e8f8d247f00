/** Reads all rows of the filter, with how far it is, and a way to give up. */
import { useRef, useState } from 'react'
import { numberText } from '../../i18n/format.ts'
import { t } from '../../i18n/t.ts'
import type { RelationshipRow } from '../api.ts'
import { readAll } from './rows.ts'

export interface WholeRead {
  readonly isBusy: boolean
  /** What is to be said of it. */
  readonly note: string | undefined
  /** Undefined: given up, or failed. */
  read(filter: string | undefined, order: string): Promise<readonly RelationshipRow[] | undefined>
  say(note: string | undefined): void
  cancel(): void
}

export function useWhole(): WholeRead {
  const [isBusy, setBusy] = useState(false)
  const [note, say] = useState<string | undefined>()
  const abort = useRef<AbortController | undefined>(undefined)
  return {
    isBusy,
    note,
    say,
    cancel: () => abort.current?.abort(),
    read: async (filter, order) => {
      const own = new AbortController()
      abort.current?.abort()
      abort.current = own
      setBusy(true)
      const progress = (n: number, total: number): void =>
        say(t('gdap.reading', { n: numberText(n), total: numberText(total) }))
      try {
        const rows = await readAll(filter, order, progress, own.signal)
        say(undefined)
        return rows
      } catch (error) {
        if (own === abort.current)
          say(own.signal.aborted ? undefined : error instanceof Error ? error.message : String(error))
        return undefined
      } finally {
        if (own === abort.current) setBusy(false)
      }
    },
  }
}
