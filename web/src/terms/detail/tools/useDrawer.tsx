/** The drawer of actions, opened from elsewhere than the tree: with the same rows behind it, so that the tree shows what was done. */
import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react'
import { useGo } from '../../../kit/view.ts'
import type { Chosen } from '../../actions/perform.ts'
import { keyOfGroup, keyOfSet, keyOfTerm, rootKey } from '../../rows.ts'
import { useSetNames } from '../../setNames.ts'
import type { DrawerRequest, TreeUi } from '../../tree/commands.ts'
import { treeStore } from '../../tree/store.ts'

const ActionDrawer = lazy(async () => ({ default: (await import('../../actions/ActionDrawer.tsx')).ActionDrawer }))

/** Of what a key of the tree stands for. */
function addressOf(key: string): string {
  const [first, second] = key.split(':')
  if (key === rootKey) return '/terms'
  if (first === 'g') return `/terms/g/${second}`
  return first === 's' ? `/terms/s/${second}` : `/terms/s/${first}/t/${second}`
}

function shownKey(): string {
  const [, , first, one = '', second, two = ''] = location.pathname.split('/')
  if (first === 'g') return keyOfGroup(one)
  return second === 't' ? keyOfTerm(one, two) : keyOfSet(one)
}

/** That of what is gone to, as soon as it is drawn. */
function focusNextHeading(before = document.getElementById('detail-heading'), tries = 60): void {
  setTimeout(() => {
    const heading = document.getElementById('detail-heading')
    if (heading !== null && (heading !== before || tries === 0)) heading.focus()
    else if (tries > 0) focusNextHeading(before, tries - 1)
  }, 50)
}

interface DrawerFacts {
  /** Of labels. */
  readonly language: string
  readonly usual: string
  /** Does it in another way than the tree. */
  readonly run?: (chosen: Chosen) => Promise<void>
  /** No: what is acted on is no page of its own, and stays where it is. */
  readonly follows?: boolean
}

export interface UsedDrawer {
  readonly ui: TreeUi
  readonly open: (request: DrawerRequest) => void
  readonly isOpen: boolean
  readonly drawer: ReactNode
}

export function useDrawer({ language, usual, run, follows = true }: DrawerFacts): UsedDrawer {
  const go = useGo()
  const { sets, setName } = useSetNames(language, usual)
  const [request, setRequest] = useState<DrawerRequest | undefined>()
  const ui = useMemo((): TreeUi => {
    const show = (key: string): void => {
      if (!follows || key === shownKey()) return
      const query = language === usual ? '' : `?lang=${encodeURIComponent(language)}`
      focusNextHeading()
      go(`${addressOf(key)}${query}`)
    }
    return { store: treeStore(), language, defaultLanguage: usual, focus: show, show, openDrawer: setRequest }
  }, [go, language, usual, follows])
  return {
    ui,
    open: setRequest,
    isOpen: request !== undefined,
    drawer: request !== undefined && (
      <Suspense>
        <ActionDrawer
          request={request}
          ui={ui}
          sets={sets}
          setName={setName}
          onClose={() => setRequest(undefined)}
          {...(run === undefined ? {} : { run })}
        />
      </Suspense>
    ),
  }
}
