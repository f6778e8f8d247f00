/** Asks for the plan of a file as the options say, and reads it as it arrives. */
import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { key } from '../../../data/keys.ts'
import { queryClient } from '../../../data/query.ts'
import { sendRaw } from '../../../data/send.ts'
import type { View } from '../../../kit/view.ts'
import { planOfImport } from './import-options.ts'
import { type PlanList, readPlan } from './plan-lines.ts'

async function read(file: File, view: View, signal: AbortSignal, tell: (records: number) => void): Promise<PlanList> {
  const response = await sendRaw(planOfImport(file, view), { signal })
  const reader = readPlan()
  const body = response.body?.getReader()
  for (;;) {
    const part = await body?.read()
    if (part === undefined || part.done) break
    reader.take(part.value)
    tell(reader.count())
  }
  return reader.end()
}

/** Which of the options count is told by the request itself. */
export function usePlan(file: File | undefined, view: View) {
  const [records, setRecords] = useState(0)
  const fileKey = useRef(new WeakMap<File, number>())
  const known = fileKey.current
  if (file !== undefined && !known.has(file)) known.set(file, Math.random())
  const { path } = file === undefined ? { path: '' } : planOfImport(file, view)
  const queryKey = key('jobs', 'plan', path, file === undefined ? 0 : known.get(file))
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => read(file as File, view, signal, setRecords),
    enabled: file !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    // It holds the bytes of the whole plan: they are not compared with those before.
    structuralSharing: false,
    retry: false,
  })
  return { query, records, cancel: () => void queryClient.cancelQueries({ queryKey }) }
}
