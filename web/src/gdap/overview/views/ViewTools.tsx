/** Ready views, and views of one's own: named, kept in this browser, and in the address, so that a link carries both. */
import {
  Button,
  Field,
  Input,
  Menu,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  tokens,
} from '@fluentui/react-components'
import { useState } from 'react'
import { rememberUndo, takeBack } from '../../../data/back/undo.ts'
import { maybeText, t } from '../../../i18n/t.ts'
import { ChevronDownRegular, DismissRegular, SaveRegular } from '../../../kit/icons.ts'
import { toast } from '../../../kit/toasts.ts'
import { whole } from './FilterBar.tsx'
import { isSameFilter, type ListView, presetOf, presets } from './filter.ts'
import { forgetView, type SavedView, saveView, useSavedViews } from './saved.ts'

const useStyles = makeStyles({
  save: { display: 'grid', gap: tokens.spacingVerticalM },
  words: { '@media (max-width: 640px)': { display: 'none' } },
  name: { maxWidth: '220px', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
})

interface ToolsProps {
  readonly view: ListView
  readonly onChange: (change: ListView) => void
}

/** Of a view of one's own, with a mark where the filter is another one by now. */
function nameOf(view: ListView, saved: readonly SavedView[]): string {
  const { view: name } = view
  if (name !== undefined) {
    const kept = saved.find((one) => one.name === name)
    return kept === undefined || isSameFilter(kept.view, view) ? name : t('gdap.view.changed', { name })
  }
  const preset = presetOf(view)
  if (preset !== undefined) return maybeText(`gdap.view.${preset}`) ?? preset
  return saved.find((one) => isSameFilter(one.view, view))?.name ?? t('gdap.view.own')
}

function forget(one: SavedView): void {
  forgetView(one.name)
  const entry = { words: t('gdap.view.forgotten', { name: one.name }), run: async () => saveView(one.name, one.view) }
  rememberUndo(entry)
  toast({ text: entry.words, undo: () => takeBack(entry) })
}

function Views({ view, onChange }: ToolsProps) {
  const styles = useStyles()
  const saved = useSavedViews()
  const own = saved.find((one) => one.name === view.view || isSameFilter(one.view, view))
  const name = nameOf(view, saved)
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button icon={<ChevronDownRegular />} iconPosition="after" aria-label={t('gdap.view.label', { name })}>
          <span className={styles.name}>{name}</span>
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {Object.entries(presets).map(([id, one]) => (
            <MenuItem key={id} onClick={() => onChange(whole(one))}>
              {maybeText(`gdap.view.${id}`) ?? id}
            </MenuItem>
          ))}
          {saved.length > 0 && <MenuDivider />}
          {saved.length > 0 && (
            <MenuGroup>
              <MenuGroupHeader>{t('gdap.view.mine')}</MenuGroupHeader>
              {saved.map((one) => (
                <MenuItem key={one.name} onClick={() => onChange(whole({ ...one.view, view: one.name }))}>
                  {one.name}
                </MenuItem>
              ))}
              {own !== undefined && (
                <MenuItem
                  icon={<DismissRegular />}
                  onClick={() => {
                    forget(own)
                    onChange({ view: undefined })
                  }}
                >
                  {t('gdap.view.forget', { name: own.name })}
                </MenuItem>
              )}
            </MenuGroup>
          )}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}

function Save({ view, onChange }: ToolsProps) {
  const styles = useStyles()
  const [isOpen, setOpen] = useState(false)
  const [name, setName] = useState('')
  const typed = name.trim()
  return (
    <Popover
      open={isOpen}
      onOpenChange={(_, { open }) => {
        setOpen(open)
        setName(view.view ?? '')
      }}
      trapFocus
    >
      <PopoverTrigger disableButtonEnhancement>
        <Button icon={<SaveRegular />} aria-label={t('gdap.view.save')}>
          <span className={styles.words}>{t('gdap.view.save')}</span>
        </Button>
      </PopoverTrigger>
      <PopoverSurface aria-label={t('gdap.view.save')}>
        <form
          className={styles.save}
          onSubmit={(event) => {
            event.preventDefault()
            if (typed === '') return
            saveView(typed, { ...whole(view), view: undefined })
            onChange({ view: typed })
            setOpen(false)
            toast({ text: t('gdap.view.saved', { name: typed }) })
          }}
        >
          <Field label={t('gdap.view.name')} hint={t('gdap.view.nameHint')}>
            <Input value={name} onChange={(_, { value }) => setName(value)} />
          </Field>
          <Button type="submit" appearance="primary">
            {t('gdap.view.save')}
          </Button>
        </form>
      </PopoverSurface>
    </Popover>
  )
}

/** For the head of the page. */
export function ViewTools(props: ToolsProps) {
  return (
    <>
      <Views {...props} />
      <Save {...props} />
    </>
  )
}
