/** What can be done with the rows that are selected: the bar appears from two on. */
import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  mergeClasses,
  tokens,
} from '@fluentui/react-components'
import { type ReactNode, useState } from 'react'
import { t } from '../../../i18n/t.ts'
import { announce } from '../../../kit/announce.ts'
import { useShortcuts } from '../../../kit/keys/shortcuts.ts'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { useShared } from '../../../kit/styles.ts'
import { download } from '../../../kit/values/csv.ts'
import { useGo } from '../../../kit/view.ts'
import type { Chosen } from '../../actions/perform.ts'
import { deletePlan } from '../../api.ts'
import { useDrawer } from '../../detail/tools/useDrawer.tsx'
import { type DrawerKind, failed, nameIn } from '../../tree/commands.ts'
import { whyNot } from '../../tree/rules.ts'
import type { Listed, TermFacts } from '../api.ts'
import { type DirectVerb, directTasks, directVerbs, drawerTasks, isGrave, nodeOf, requestsOf } from './chosen.ts'
import { JobPanel } from './JobPanel.tsx'
import { type RunOptions, type Task, useJob } from './job.ts'
import { PropertyPanel } from './PropertyPanel.tsx'
import { rowsFile } from './rowsFile.ts'

export const useBarStyles = makeStyles({
  bar: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXL}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
    // On a telephone one line that scrolls, so that rows stay in sight.
    '@media (max-width: 640px)': {
      paddingInline: tokens.spacingHorizontalL,
      flexWrap: 'nowrap',
      overflowX: 'auto',
      whiteSpace: 'nowrap',
      '& > *': { flexShrink: 0 },
    },
  },
})

/** Where the bar that had the focus has gone. */
export function focusGrid(): void {
  setTimeout(() => {
    if (document.activeElement !== document.body) return
    document.querySelector<HTMLElement>('#detail-grid [role="grid"] [tabindex="0"]')?.focus()
  }, 60)
}

interface BulkProps {
  readonly setId: string
  readonly languages: readonly string[]
  readonly language: string
  readonly rows: readonly Listed[]
  readonly facts: ReadonlyMap<string, TermFacts>
  readonly selected: ReadonlySet<string>
  readonly onSelect: (next: ReadonlySet<string>) => void
}

export function Bulk({ setId, languages, language, rows, facts, selected, onSelect }: BulkProps) {
  const styles = useBarStyles()
  const shared = useShared()
  const go = useGo()
  const running = useJob()
  const [isSettingProperty, setSettingProperty] = useState(false)
  const chosen = rows.filter(({ id }) => selected.has(id))
  const nodes = chosen.map((row) => nodeOf(setId, row, facts.get(row.id)))
  const start = (what: string, tasks: readonly Task[], options?: RunOptions): void => {
    void running.run(what, tasks, options).then(({ finished }) => {
      // What was refused stays selected.
      onSelect(new Set(finished.size === tasks.length ? [] : [...selected].filter((id) => !finished.has(id))))
      focusGrid()
    })
  }
  const drawer = useDrawer({
    language,
    usual: languages[0] ?? '',
    follows: false,
    run: async (all: Chosen) => {
      start(
        t(`actions.${all.kind}`),
        drawerTasks(all, (node) => nameIn(drawer.ui, node)),
        { isInOrder: true },
      )
    },
  })
  const clear = (): void => {
    onSelect(new Set())
    focusGrid()
  }
  useShortcuts(
    chosen.length > 1 && !isSettingProperty && !drawer.isOpen
      ? [{ keys: 'Escape', words: t('bulk.clear'), run: clear }]
      : [],
  )
  /** Of all of them; where it is said of some only, those are refused and the others done. */
  const whyOf = (kind: DrawerKind): string | undefined => {
    const [why, ...others] = nodes.map((node) => whyNot(kind, node))
    if (why === undefined || others.some((one) => one === undefined)) return undefined
    return t(why)
  }
  const open = (kind: DrawerKind): void => {
    const [first, ...others] = nodes
    if (whyOf(kind) !== undefined || first === undefined) return
    // Of several, the first stays.
    drawer.open(kind === 'merge' ? { kind, nodes: others, target: first } : { kind, nodes })
  }
  const remove = async (): Promise<void> => {
    try {
      if (await isGrave(nodes)) drawer.open({ kind: 'delete', nodes })
      else
        start(
          t('bulk.delete'),
          nodes.map((node) => ({ key: node.id, name: nameIn(drawer.ui, node), plan: deletePlan(node) })),
        )
    } catch (error) {
      failed(error)
    }
  }
  const direct = (verb: DirectVerb): void => start(t(`bulk.${verb}`), directTasks(verb, setId, chosen))
  const saveFile = (): void => {
    download('terms.csv', rowsFile(chosen, facts, languages))
    announce(t('bulk.exported', { n: chosen.length }))
  }
  const button = (text: string, onClick: () => void, why?: string): ReactNode => (
    <Button size="small" disabledFocusable={why !== undefined} title={why} onClick={onClick}>
      {text}
    </Button>
  )
  const item = (text: string, onClick: () => void, why?: string): ReactNode => (
    <MenuItem
      aria-disabled={why !== undefined}
      title={why}
      aria-description={why}
      persistOnClick={why !== undefined}
      onClick={() => {
        if (why === undefined) onClick()
      }}
    >
      {text}
    </MenuItem>
  )
  return (
    <>
      <JobPanel running={running} onRetry={(refused) => start(running.job?.what ?? '', refused, { goesOn: true })} />
      {chosen.length > 1 && (
        <div className={styles.bar} role="toolbar" aria-label={t('bulk.label')} data-scrolls>
          <strong>{t('bulk.selected', { n: chosen.length })}</strong>
          {button(t('bulk.move'), () => open('move'), whyOf('move'))}
          {button(t('actions.pin'), () => open('pin'), whyOf('pin'))}
          {button(t('actions.merge'), () => open('merge'), whyOf('merge'))}
          {button(t('bulk.deprecate'), () => direct('deprecate'))}
          {button(t('bulk.notAvailable'), () => direct('notAvailable'))}
          {button(t('bulk.property'), () => setSettingProperty(true))}
          {button(t('bulk.delete'), () => void remove(), whyOf('delete'))}
          <Choices label={t('bulk.export')}>
            {item(t('bulk.exportRows'), saveFile)}
            {item(t('bulk.exportSet'), () => go(`/terms/export?set=${setId}`))}
          </Choices>
          <Choices label={t('bulk.more')}>
            {item(t('actions.copy'), () => open('copy'), whyOf('copy'))}
            {item(t('actions.reuse'), () => open('reuse'), whyOf('reuse'))}
            {item(t('bulk.undeprecate'), () => direct('undeprecate'))}
            {item(t('bulk.available'), () => direct('available'))}
          </Choices>
          <RequestPreview plans={() => directVerbs.flatMap((verb) => requestsOf(directTasks(verb, setId, chosen)))} />
          <span className={mergeClasses(shared.grow)} />
          <Button size="small" appearance="subtle" onClick={clear}>
            {t('bulk.clear')}
          </Button>
        </div>
      )}
      {drawer.drawer}
      {isSettingProperty && (
        <PropertyPanel
          setId={setId}
          rows={chosen}
          onClose={() => setSettingProperty(false)}
          onTasks={(tasks) => {
            setSettingProperty(false)
            start(t('bulk.property'), tasks)
          }}
        />
      )}
    </>
  )
}

function Choices({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button size="small">{label}</Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>{children}</MenuList>
      </MenuPopover>
    </Menu>
  )
}
