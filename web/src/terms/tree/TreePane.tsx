/** The tree with all that belongs to it: toolbar, menus, drafts, renaming, clipboard and the drawer of actions. */
import { Button, makeStyles } from '@fluentui/react-components'
import { lazy, Suspense, useCallback, useState } from 'react'
import { t } from '../../i18n/t.ts'
import { Empty } from '../../kit/Empty.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { draftKey, findNode, keyOfParent, rootKey } from '../rows.ts'
import { useSetNames } from '../setNames.ts'
import { failed } from './commands.ts'
import { begin, openDrawer, pasteLines, readAll, renamed, runCommand } from './pane/acting.ts'
import { dropped } from './pane/moving.ts'
import { type PaneOptions, usePane, whenWhole } from './pane/pane.ts'
import { LoadingBar } from './reading/LoadingBar.tsx'
import { reveal, useRevealed } from './reading/reveal.ts'
import { type NewKind, placeForNew } from './rules.ts'
import type { Hit } from './search/find.ts'
import { useTree } from './store.ts'
import { TermTree } from './TermTree.tsx'
import { Toolbar } from './Toolbar.tsx'

const Overlays = lazy(async () => ({ default: (await import('./pane/Overlays.tsx')).Overlays }))

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 },
})

export interface TreePaneProps extends PaneOptions {
  readonly languages: readonly string[]
  readonly onLanguage: (tag: string) => void
}

export function TreePane(props: TreePaneProps) {
  const { store, handle, currentKey, language, defaultLanguage, languages, onLanguage, onShow } = props
  const styles = useStyles()
  const model = useTree(store)
  const { sets, setName } = useSetNames(language, defaultLanguage)
  const pane = usePane(props)
  const { ui, loading } = pane
  const [natural, setNatural] = useState<NewKind>('group')
  const [revealProblem, clearRevealProblem] = useRevealed(store, handle, currentKey)
  /** Where a new one would go, by the row with the focus. */
  const placeFor = (kind: NewKind): string | undefined =>
    placeForNew(store.get(), kind, handle.current?.activeKey() ?? currentKey ?? '')
  /** What one adds at a row: a term below a term or a set, else a set in a group. */
  const onActive = useCallback(
    (key: string) => {
      if (key === draftKey) return
      const node = findNode(store.get(), key)?.node
      if (node === undefined || (node.kind === 'group' && node.isSystem)) setNatural('group')
      else setNatural(node.kind === 'group' ? 'set' : 'term')
    },
    [store],
  )
  const groups = model.branches.get(rootKey)
  const isEmpty =
    groups !== undefined &&
    !groups.isReading &&
    groups.failure === undefined &&
    groups.items.every(({ isSystem }) => isSystem)
  const found = (hit: Hit): void => {
    const key = keyOfParent(hit.setId, hit.termId)
    onShow(key)
    reveal(store, hit.setId, hit.termId).then((isThere) => isThere && handle.current?.focus(key), failed)
  }
  return (
    <div className={styles.root}>
      <Toolbar
        language={language}
        languages={languages}
        onLanguage={onLanguage}
        setName={setName}
        onFound={found}
        onNew={(kind) => {
          const place = placeFor(kind)
          if (place !== undefined) begin(pane, place, false)
        }}
        natural={natural}
        whyNotNew={(kind) =>
          placeFor(kind) === undefined ? t(kind === 'set' ? 'tree.why.set' : 'tree.why.term') : undefined
        }
      />
      {revealProblem !== undefined && <Problem error={revealProblem} onClose={clearRevealProblem} />}
      {isEmpty && model.draft === undefined && (
        <Empty
          text={t('tree.empty')}
          action={<Button onClick={() => begin(pane, rootKey, false)}>{t('tree.new.group')}</Button>}
          command="relata seed taxonomy-30k"
        />
      )}
      <TermTree
        ui={ui}
        handle={handle}
        currentKey={currentKey}
        setName={setName}
        selected={pane.selected}
        onSelect={pane.select}
        onShow={onShow}
        onActive={onActive}
        onCommand={(command, key) => runCommand(pane, command, key)}
        onMenu={(key, at) => pane.setMenu({ key, at })}
        onHandle={(key, at) => {
          if (pane.nodeOf(key)?.kind !== 'term') pane.setMenu({ key, at })
          else whenWhole(pane, key, () => openDrawer(pane, 'move', pane.nodesAt(key)))
        }}
        onRest={(parentKey) => readAll(pane, parentKey)}
        onRequest={pane.showRequests}
        onDropped={(drop, point) => dropped(pane, drop, point)}
        onLines={(text) => pasteLines(pane, text)}
        renaming={pane.renaming}
        onRenamed={(node, name, hasFocus) => renamed(pane, node, name, hasFocus)}
      />
      {loading.loading !== undefined && <LoadingBar loading={loading.loading} onCancel={loading.cancel} />}
      <Suspense>
        <Overlays pane={pane} sets={sets} setName={setName} />
      </Suspense>
    </div>
  )
}
