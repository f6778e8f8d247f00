/** What the other side has just done: for two seconds the row that it happened to glows, and it is said aloud. */
import { makeStyles, tokens } from '@fluentui/react-components'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { FeedEvent } from '../../data/invalidate.ts'
import { onEvent } from '../../data/live.ts'
import { glowsOn, type Side } from './side.ts'

const glowMs = 2000
/** So long after a click events count as its work. */
const ownMs = 1500

export const useGlowStyles = makeStyles({
  glow: {
    animationName: { from: { backgroundColor: tokens.colorBrandBackground2Pressed }, to: {} },
    animationDuration: '2s',
    animationTimingFunction: tokens.curveDecelerateMid,
    boxShadow: `inset 3px 0 0 ${tokens.colorBrandStroke1}`,
  },
})

export interface Heard {
  readonly relationshipId: string
  readonly name: string
  readonly status: string | undefined
  /** What the event says has changed. */
  readonly after: Readonly<Record<string, unknown>>
  /** Who sees it arrive: the side that did not do it; both where nobody of this page did it. */
  readonly sides: readonly Side[]
}

const subjectForm = /[0-9a-f]{8}-[0-9a-f-]{27}-[0-9a-f]{8}-[0-9a-f-]{27}/i

export function heardIn({ name, data }: FeedEvent, lastAct: { side: Side; atMs: number } | undefined, nowMs: number) {
  const relationshipId = subjectForm.exec(data.subject ?? '')?.[0]?.toLowerCase()
  if (relationshipId === undefined || !name.includes('granular-admin')) return undefined
  const after = data.data?.after ?? {}
  const status = after['status']
  const own = lastAct !== undefined && nowMs - lastAct.atMs < ownMs ? lastAct.side : undefined
  return { relationshipId, name, status: typeof status === 'string' ? status : undefined, after, sides: glowsOn(own) }
}

export interface Glow {
  /** Whether a relationship glows on that side at the moment. */
  glows(side: Side, relationshipId: string): boolean
  /** That a side has just acted itself, so that it is the other one that glows. */
  acted(side: Side): void
}

export function useGlow(listen: (heard: Heard) => void): Glow {
  const [glowing, setGlowing] = useState<ReadonlySet<string>>(new Set())
  const lastAct = useRef<{ side: Side; atMs: number }>(undefined)
  const latest = useRef(listen)
  latest.current = listen
  useEffect(() => {
    const timers = new Map<string, ReturnType<typeof setTimeout>>()
    const end = onEvent((event) => {
      const heard = heardIn(event, lastAct.current, performance.now())
      if (heard === undefined) return
      for (const side of heard.sides) {
        const id = `${side} ${heard.relationshipId}`
        clearTimeout(timers.get(id))
        setGlowing((before) => new Set(before).add(id))
        timers.set(
          id,
          setTimeout(() => setGlowing((before) => new Set([...before].filter((one) => one !== id))), glowMs),
        )
      }
      latest.current(heard)
    })
    return () => {
      end()
      for (const timer of timers.values()) clearTimeout(timer)
    }
  }, [])
  return {
    glows: useCallback((side, relationshipId) => glowing.has(`${side} ${relationshipId}`), [glowing]),
    acted: useCallback((side) => {
      lastAct.current = { side, atMs: performance.now() }
    }, []),
  }
}
