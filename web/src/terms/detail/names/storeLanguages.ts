/** The store, and what its languages are called. */
import type { UseQueryResult } from '@tanstack/react-query'
import { useRead } from '../../../data/query.ts'
import { type KnownStore, readStore } from '../api.ts'
import { noteLanguages } from './names.ts'

export function useStore(): UseQueryResult<KnownStore, Error> {
  const read = useRead('store', ['detail'], readStore())
  if (read.data !== undefined) noteLanguages(read.data.languageTags)
  return read
}
