/** What opens over the tree: menus, the drawer of actions, a pasted list, requests. */
import { lazy, Suspense } from 'react'
import { t } from '../../../i18n/t.ts'
import { SidePanel } from '../../../kit/parts/SidePanel.tsx'
import { RequestView } from '../../../kit/RequestPreview.tsx'
import { namesOf } from '../commands.ts'
import { keepLines } from '../drafts/drafts.ts'
import { LinesDialog } from '../drafts/LinesDialog.tsx'
import { DropMenu } from '../menus/DropMenu.tsx'
import { RowMenu } from '../menus/RowMenu.tsx'
import { heldNodes } from '../moving/clipboard.ts'
import type { Hit } from '../search/find.ts'
import { choose } from './acting.ts'
import { put } from './moving.ts'
import type { Pane } from './pane.ts'

const ActionDrawer = lazy(async () => ({ default: (await import('../../actions/ActionDrawer.tsx')).ActionDrawer }))

interface OverlaysProps {
  readonly pane: Pane
  readonly sets: readonly Hit[]
  readonly setName: (setId: string) => string
}

export function Overlays({ pane, sets, setName }: OverlaysProps) {
  const { ui, menu, setMenu, drop, setDrop, drawer, setDrawer, lines, setLines, requests, showRequests } = pane
  const menuNode = menu && pane.nodeOf(menu.key)
  return (
    <>
      {menu !== undefined && menuNode !== undefined && (
        <RowMenu
          node={menuNode}
          name={namesOf(ui, [menuNode])}
          at={menu.at}
          canPaste={heldNodes() !== undefined}
          onChoose={(choice) => choose(pane, choice, menu.key, menu.at)}
          onClose={() => {
            setMenu(undefined)
            ui.focus(menu.key)
          }}
        />
      )}
      {drop !== undefined && (
        <DropMenu
          at={drop.at}
          choices={drop.choices}
          what={namesOf(ui, drop.nodes)}
          where={namesOf(ui, [drop.target])}
          onChoose={(choice) => {
            setDrop(undefined)
            put(pane, choice, drop.nodes, drop.target)
          }}
          onClose={() => {
            setDrop(undefined)
            ui.focus(drop.target.key)
          }}
        />
      )}
      {drawer !== undefined && (
        <Suspense>
          <ActionDrawer
            request={drawer}
            ui={ui}
            sets={sets}
            setName={setName}
            onClose={() => {
              setDrawer(undefined)
              pane.select(new Set())
            }}
          />
        </Suspense>
      )}
      {lines !== undefined && (
        <LinesDialog
          lines={lines}
          onKeep={() => {
            setLines(undefined)
            void keepLines(ui, lines)
          }}
          onClose={() => setLines(undefined)}
        />
      )}
      <SidePanel title={t('request.title')} isOpen={requests !== undefined} onClose={() => showRequests(undefined)}>
        {requests?.map((plan, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two may be alike.
          <RequestView key={at} plan={plan} />
        ))}
      </SidePanel>
    </>
  )
}
