/** A request beside the one before it to the same address: what differs in what was sent and in what was answered. */
import { useMemo } from 'react'
import { t } from '../../i18n/t.ts'
import { Loaded } from '../../kit/Loaded.tsx'
import { TextDiff } from '../../kit/values/TextDiff.tsx'
import { useRequest } from '../api.ts'
import type { LoggedDetail, LoggedMessage } from '../entry.ts'

/** Differs between any two. */
const always = /^(?:request-id|client-request-id|date|content-length|connection|relata-world|etag)$/

function withoutIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutIds)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'innerError')
      .map(([name, one]) => [name, withoutIds(one)]),
  )
}

function messageText({ headers = {}, body }: LoggedMessage = {}): string {
  const kept = Object.entries(headers).filter(([name]) => !always.test(name))
  const lines = kept.map(([name, value]) => `${name}: ${value}`).sort()
  const text = typeof body === 'string' ? body : JSON.stringify(withoutIds(body), null, 2)
  return [...lines, ...(body === undefined ? [] : ['', text])].join('\n')
}

function textOf({ method, path, query, status, caller, request, response, refusal }: LoggedDetail): string {
  const lack = refusal?.wanted === undefined ? [] : [`wanted: ${refusal.wanted}`, `held: ${refusal.held}`]
  return [
    `${method} ${path}${query === undefined ? '' : `?${query}`}`,
    `${caller?.kind ?? ''} ${caller?.name ?? ''}`.trim(),
    messageText(request),
    '',
    `${status}`,
    ...lack,
    messageText(response),
    '',
  ].join('\n')
}

export function Compare({ detail, withId }: { readonly detail: LoggedDetail; readonly withId: string }) {
  const read = useRequest(withId)
  const after = useMemo(() => textOf(detail), [detail])
  return (
    <Loaded read={read}>
      {(before) => <TextDiff before={textOf(before)} after={after} what={t('requests.compared')} />}
    </Loaded>
  )
}
