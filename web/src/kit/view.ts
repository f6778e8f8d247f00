/** The state of a view, kept in the address: filter, order, tab. Members without a value are not there. */
import { useLocation, useNavigate, useParams } from '@tanstack/react-router'
import { useCallback } from 'react'

export type View = Readonly<Record<string, string | undefined>>

/** `set`: changes some members in place; `push`: as a step that Back takes back. */
export function useView(): {
  readonly view: View
  readonly set: (change: View) => void
  readonly push: (change: View) => void
} {
  const { search, pathname } = useLocation()
  const navigate = useNavigate()
  const go = useCallback(
    (change: View, replace: boolean) =>
      void navigate({ to: pathname, search: (before: View) => ({ ...before, ...change }), replace } as never),
    [navigate, pathname],
  )
  return {
    view: search as View,
    set: useCallback((change) => go(change, true), [go]),
    push: useCallback((change) => go(change, false), [go]),
  }
}

/** Parameters of the path, such as `$set`. */
export function usePath(): Readonly<Record<string, string | undefined>> {
  return useParams({ strict: false }) as Readonly<Record<string, string | undefined>>
}

/** Goes to an address of the pages and keeps the world. */
export function useGo(): (address: string) => void {
  const navigate = useNavigate()
  return useCallback((address) => void navigate({ href: withWorld(address) } as never), [navigate])
}

/** Links hold the world. */
export function withWorld(address: string): string {
  const world = new URLSearchParams(location.search).get('world')
  if (world === null || /[?&]world=/.test(address)) return address
  return `${address}${address.includes('?') ? '&' : '?'}world=${encodeURIComponent(world)}`
}
