/** Above the tree: search, new groups, sets and terms, the language of labels, and the pages of the whole store. */
import {
  Button,
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemCheckbox,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  Tooltip,
  tokens,
} from '@fluentui/react-components'
import { currentLanguage, t } from '../../i18n/t.ts'
import {
  AddRegular,
  ArrowExportRegular,
  ArrowImportRegular,
  ChevronDownRegular,
  DeleteRegular,
  FolderRegular,
  HistoryRegular,
  MoreHorizontalRegular,
  TagMultipleRegular,
  TagRegular,
  TranslateRegular,
  WarningRegular,
} from '../../kit/icons.ts'
import { shownKeys } from '../../kit/keys/shortcuts.ts'
import { changeSettings, useSettings } from '../../kit/look/settings.ts'
import { useGo } from '../../kit/view.ts'
import type { NewKind } from './rules.ts'
import type { Hit } from './search/find.ts'
import { SearchField } from './search/SearchField.tsx'

const useStyles = makeStyles({
  root: {
    containerType: 'inline-size',
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalXS,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalS}`,
  },
  narrow: { minWidth: '24px', width: '24px', flexShrink: 0, padding: 0 },
  button: { minWidth: '32px', flexShrink: 0 },
})

interface ToolbarProps {
  readonly language: string
  readonly languages: readonly string[]
  readonly onLanguage: (tag: string) => void
  readonly setName: (setId: string) => string
  readonly onFound: (hit: Hit) => void
  readonly onNew: (kind: NewKind) => void
  /** What one adds at the row with the focus. */
  readonly natural: NewKind
  /** Why there is no place for one. */
  readonly whyNotNew: (kind: NewKind) => string | undefined
}

/** "German (Germany)" in the language of the pages. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(currentLanguage(), { type: 'language' }).of(tag) ?? tag
  } catch {
    return tag
  }
}

export function Toolbar(props: ToolbarProps) {
  const { language, languages, onLanguage, setName, onFound, onNew, natural, whyNotNew } = props
  const styles = useStyles()
  const go = useGo()
  const { showDeprecated } = useSettings()
  const entry = (kind: NewKind, icon: React.ReactElement, keys?: string) => {
    const why = whyNotNew(kind)
    return (
      <MenuItem
        icon={icon}
        secondaryContent={keys === undefined ? null : shownKeys(keys)}
        aria-disabled={why !== undefined}
        title={why}
        onClick={() => why === undefined && onNew(kind)}
      >
        {t(`tree.new.${kind}`)}
      </MenuItem>
    )
  }
  return (
    <div className={styles.root}>
      <SearchField
        setName={setName}
        onChoose={onFound}
        onAll={(text) => go(`/terms/search?q=${encodeURIComponent(text)}`)}
      />
      <Tooltip content={t(`tree.new.${natural}`)} relationship="label">
        <Button className={styles.button} appearance="primary" icon={<AddRegular />} onClick={() => onNew(natural)} />
      </Tooltip>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <Tooltip content={t('tree.add.more')} relationship="label">
            <Button className={styles.narrow} appearance="subtle" icon={<ChevronDownRegular />} />
          </Tooltip>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {entry('term', <TagRegular />, 'Insert')}
            {entry('set', <TagMultipleRegular />)}
            {entry('group', <FolderRegular />)}
          </MenuList>
        </MenuPopover>
      </Menu>
      <Menu
        checkedValues={{ language: [language] }}
        onCheckedValueChange={(_, { checkedItems }) => checkedItems[0] !== undefined && onLanguage(checkedItems[0])}
      >
        <MenuTrigger disableButtonEnhancement>
          <Tooltip content={t('tree.labelsIn', { language: languageName(language) })} relationship="label">
            <Button className={styles.button} appearance="subtle" icon={<TranslateRegular />} />
          </Tooltip>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {languages.map((tag) => (
              <MenuItemRadio key={tag} name="language" value={tag}>
                {languageName(tag)}
              </MenuItemRadio>
            ))}
          </MenuList>
        </MenuPopover>
      </Menu>
      <Menu
        checkedValues={{ shows: showDeprecated ? ['deprecated'] : [] }}
        onCheckedValueChange={(_, { checkedItems }) =>
          changeSettings({ showDeprecated: checkedItems.includes('deprecated') })
        }
      >
        <MenuTrigger disableButtonEnhancement>
          <Tooltip content={t('tree.more')} relationship="label">
            <Button className={styles.button} appearance="subtle" icon={<MoreHorizontalRegular />} />
          </Tooltip>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            <MenuItem icon={<ArrowImportRegular />} onClick={() => go('/terms/import')}>
              {t('nav.import')}
            </MenuItem>
            <MenuItem icon={<ArrowExportRegular />} onClick={() => go('/terms/export')}>
              {t('nav.export')}
            </MenuItem>
            <MenuItem icon={<HistoryRegular />} onClick={() => go('/terms/changes')}>
              {t('nav.changes')}
            </MenuItem>
            <MenuItem icon={<DeleteRegular />} onClick={() => go('/terms/bin')}>
              {t('nav.bin')}
            </MenuItem>
            <MenuItem icon={<WarningRegular />} onClick={() => go('/terms/report')}>
              {t('nav.report')}
            </MenuItem>
            <MenuDivider />
            <MenuItemCheckbox name="shows" value="deprecated">
              {t('settings.showDeprecated')}
            </MenuItemCheckbox>
          </MenuList>
        </MenuPopover>
      </Menu>
    </div>
  )
}
