/** Dragging rows: where the pointer is, whether that is possible, and what was dropped. */
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { t } from '../../../i18n/t.ts'
import { announce } from '../../../kit/announce.ts'
import { findNode, type TreeNode, type TreeRow } from '../../rows.ts'
import { namesOf, type TreeUi } from '../commands.ts'
import type { DropMark } from '../row/Row.tsx'
import { whyNot, whyNotInto } from '../rules.ts'

export interface DropState extends DropMark {
  readonly key: string
  readonly nodes: readonly TreeNode[]
  readonly why: string | undefined
}

interface DraggingOptions {
  readonly ui: TreeUi
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly rows: readonly TreeRow[]
  readonly indexOf: ReadonlyMap<string, number>
  readonly height: number
  readonly selected: ReadonlySet<string>
  readonly onDropped: (drop: DropState, at: { readonly x: number; readonly y: number }) => void
}

/** In the outer quarters of a row: beside it, else below it. */
function placeIn(offset: number, height: number): DropMark['where'] {
  if (offset < height / 4) return 'before'
  return offset > (height * 3) / 4 ? 'after' : 'inside'
}

export function useDragging(options: DraggingOptions) {
  const latest = useRef(options)
  latest.current = options
  const [mark, setMark] = useState<DropState | undefined>()
  const marked = useRef<DropState | undefined>(undefined)
  const end = useRef<(() => void) | undefined>(undefined)
  const watched = useRef<HTMLElement | undefined>(undefined)

  const stateAt = useCallback((clientY: number, nodes: readonly TreeNode[]): DropState | undefined => {
    const { scroller, rows, height, ui } = latest.current
    const box = scroller.current?.getBoundingClientRect()
    if (box === undefined || scroller.current === null) return undefined
    const y = clientY - box.top + scroller.current.scrollTop
    const row = rows[Math.floor(y / height)]
    const target = row?.node
    if (row === undefined || target === undefined) return undefined
    const zone = placeIn(y % height, height)
    const isOwnKind = nodes.every(({ kind }) => kind === target.kind) && target.kind === 'term'
    const where = isOwnKind ? zone : 'inside'
    const model = ui.store.get()
    const into = where === 'inside' ? target : findNode(model, row.parentKey)?.node
    const why = into === undefined ? ('tree.not.termsIntoGroups' as const) : whyNotInto(model, nodes, into)
    return { key: row.key, where, nodes, why: why && t(why), isRefused: why !== undefined }
  }, [])

  const put = useCallback((next: DropState | undefined) => {
    const { current } = marked
    if (current?.key === next?.key && current?.where === next?.where && current?.why === next?.why) return
    marked.current = next
    setMark(next)
    if (next?.why !== undefined) announce(next.why)
  }, [])

  const [dnd, setDnd] = useState<typeof import('./dnd.ts') | undefined>()
  useEffect(() => {
    if (!matchMedia('(pointer: coarse)').matches) import('./dnd.ts').then(setDnd, () => undefined)
  }, [])

  useEffect(() => {
    const element = options.scroller.current
    if (element === null || dnd === undefined) return
    const { autoScrollForElements, combine, dropTargetForElements } = dnd
    const nodesOf = (data: Record<string | symbol, unknown>): readonly TreeNode[] =>
      data['nodes'] as readonly TreeNode[]
    return combine(
      dropTargetForElements({
        element,
        canDrop: ({ source }) => Array.isArray(source.data['nodes']),
        onDrag: ({ location, source }) => put(stateAt(location.current.input.clientY, nodesOf(source.data))),
        onDragLeave: () => put(undefined),
        onDrop: ({ location, source }) => {
          const { clientX, clientY } = location.current.input
          const state = stateAt(clientY, nodesOf(source.data))
          put(undefined)
          if (state !== undefined) latest.current.onDropped(state, { x: clientX, y: clientY })
        },
      }),
      autoScrollForElements({ element }),
      () => end.current?.(),
    )
  }, [options.scroller, dnd, put, stateAt])

  /** Makes the row under the pointer one that can be dragged. */
  const watch = useCallback(
    (element: HTMLElement, key: string) => {
      if (dnd === undefined || watched.current === element) return
      const { ui } = latest.current
      const node = findNode(ui.store.get(), key)?.node
      end.current?.()
      end.current = undefined
      watched.current = element
      if (node === undefined || node.kind === 'group') return
      if (whyNot('move', node) !== undefined) return
      const stop = dnd.draggable({
        element,
        canDrag: () => element.dataset['key'] === key && element.querySelector('input:not([type="checkbox"])') === null,
        getInitialData: () => {
          const model = ui.store.get()
          const chosen = latest.current.selected.has(key)
            ? [...latest.current.selected].flatMap((one) => findNode(model, one)?.node ?? [])
            : [node]
          return { nodes: chosen }
        },
        onDragStart: ({ source }) =>
          announce(t('tree.drag.begun', { what: namesOf(ui, source.data['nodes'] as readonly TreeNode[]) })),
        onDrop: ({ source, location }) => {
          // Outside of the tree, or by Escape.
          if (location.current.dropTargets.length > 0) return
          put(undefined)
          announce(t('tree.drag.givenUp', { what: namesOf(ui, source.data['nodes'] as readonly TreeNode[]) }))
        },
      })
      end.current = () => {
        stop()
        watched.current = undefined
      }
    },
    [dnd, put],
  )
  return { mark, watch }
}
