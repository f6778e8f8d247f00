/** Which roles: bundles to begin with, a search over all, and what is chosen with what to mind of it. */
import {
  Button,
  Checkbox,
  Input,
  Menu,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  mergeClasses,
  tokens,
} from '@fluentui/react-components'
import { useDeferredValue, useState } from 'react'
import { t } from '../../i18n/t.ts'
import { announce } from '../../kit/announce.ts'
import { AddRegular, DismissRegular, SearchRegular, ShieldErrorRegular, WarningRegular } from '../../kit/icons.ts'
import { useShared } from '../../kit/styles.ts'
import type { Role } from '../api.ts'
import { bundleName, packName, useBundles } from '../bundles.ts'
import { RoleName } from '../RoleName.tsx'
import { globalAdministrator } from '../rules.ts'

interface RolesProps {
  readonly roles: ReadonlyMap<string, Role>
  readonly chosen: readonly string[]
  readonly onChange: (next: readonly string[]) => void
  /** What is wrong with the roles. */
  readonly fault: string | undefined
}

const guestInviter = '95e79109-95c0-4d8e-aee3-d01accf2d47b'
const userAdministrator = 'fe930be7-5e62-47db-91af-98c3a49a38b1'

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 3fr) minmax(0, 2fr)',
    gap: tokens.spacingHorizontalXXL,
    '@media (max-width: 1023px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  list: {
    listStyle: 'none',
    margin: 0,
    padding: tokens.spacingVerticalXS,
    height: '320px',
    overflow: 'auto',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
  },
  option: { display: 'flex', alignItems: 'center' },
  warn: { display: 'inline-flex', flexShrink: 0, color: tokens.colorStatusDangerForeground3 },
  chosen: { listStyle: 'none', margin: 0, padding: 0 },
  item: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    minHeight: '32px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  popover: { maxHeight: '60vh', overflow: 'auto', maxWidth: 'min(420px, 96vw)' },
  find: { flexGrow: 1, minWidth: 0 },
  hint: { display: 'flex', gap: tokens.spacingHorizontalXS, alignItems: 'flex-start' },
  fault: { color: tokens.colorStatusDangerForeground3 },
})

function BundleMenu({ onAdd }: { readonly onAdd: (ids: readonly string[]) => void }) {
  const styles = useStyles()
  const bundles = useBundles()
  const packs = [...new Set(bundles.map(({ pack }) => pack))]
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button icon={<AddRegular />}>{t('gdap.new.bundle')}</Button>
      </MenuTrigger>
      <MenuPopover className={styles.popover}>
        <MenuList>
          {packs.map((pack) => (
            <MenuGroup key={pack}>
              <MenuGroupHeader>{packName(pack)}</MenuGroupHeader>
              {bundles
                .filter((bundle) => bundle.pack === pack)
                .map((bundle) => (
                  <MenuItem
                    key={bundle.id}
                    secondaryContent={t('gdap.rolesCount', { n: bundle.roles.length })}
                    onClick={() => onAdd(bundle.roles.map((role) => role.id))}
                  >
                    {bundleName(bundle)}
                  </MenuItem>
                ))}
            </MenuGroup>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}

function hintsOf(chosen: readonly string[]): readonly string[] {
  return [
    ...(chosen.includes(globalAdministrator) ? [t('gdap.extend.impossibleWhy')] : []),
    ...(chosen.includes(globalAdministrator) && chosen.length > 1 ? [t('gdap.new.globalAll')] : []),
    ...(chosen.includes(guestInviter) && chosen.includes(userAdministrator) ? [t('gdap.new.guestHint')] : []),
  ]
}

function Chosen({ roles, chosen, onChange, fault }: RolesProps) {
  const styles = useStyles()
  const shared = useShared()
  const privileged = chosen.filter((id) => roles.get(id)?.isPrivileged === true).length
  return (
    <div aria-live="polite">
      <div className={shared.row}>
        <strong>{t('gdap.new.chosen', { n: chosen.length })}</strong>
        {privileged > 0 && <span className={shared.soft}>{t('gdap.new.privileged', { n: privileged })}</span>}
        {chosen.length > 0 && (
          <Button size="small" appearance="subtle" onClick={() => onChange([])}>
            {t('gdap.new.removeAll')}
          </Button>
        )}
      </div>
      {chosen.length === 0 && <p className={fault === undefined ? shared.soft : styles.fault}>{t('gdap.new.none')}</p>}
      {fault !== undefined && chosen.length > 0 && <p className={styles.fault}>{fault}</p>}
      <ul className={styles.chosen}>
        {chosen.map((id) => (
          <li key={id} className={styles.item}>
            <span className={shared.grow}>
              <RoleName id={id} role={roles.get(id)} />
            </span>
            <Button
              size="small"
              appearance="subtle"
              icon={<DismissRegular />}
              aria-label={t('gdap.new.remove', { role: roles.get(id)?.displayName ?? id })}
              onClick={() => onChange(chosen.filter((one) => one !== id))}
            />
          </li>
        ))}
      </ul>
      {hintsOf(chosen).map((hint) => (
        <p key={hint} className={mergeClasses(shared.small, styles.hint)}>
          <span className={styles.warn}>
            <WarningRegular />
          </span>
          {hint}
        </p>
      ))}
    </div>
  )
}

export function RolesStep(props: RolesProps) {
  const { roles, chosen, onChange } = props
  const styles = useStyles()
  const shared = useShared()
  const [text, setText] = useState('')
  const wanted = useDeferredValue(text.trim().toLowerCase())
  const all = [...roles.values()]
  const words = wanted.split(/\s+/)
  const found = all.filter(({ displayName, description }) => {
    const whole = `${displayName} ${description}`.toLowerCase()
    return words.every((word) => whole.includes(word))
  })
  const add = (ids: readonly string[]): void => {
    const next = [...new Set([...chosen, ...ids])]
    onChange(next)
    announce(t('gdap.new.chosen', { n: next.length }))
  }
  const toggle = (id: string): void =>
    onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id])
  return (
    <div className={shared.column}>
      <div className={shared.row}>
        <BundleMenu onAdd={add} />
        <Input
          className={styles.find}
          contentBefore={<SearchRegular />}
          aria-label={t('gdap.new.findRole', { n: all.length })}
          placeholder={t('gdap.new.findRole', { n: all.length })}
          value={text}
          onChange={(_, { value }) => setText(value)}
        />
      </div>
      <div className={styles.columns}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys. */}
        <ul className={styles.list} aria-label={t('gdap.new.roleList')} tabIndex={0}>
          {found.length === 0 && all.length > 0 && (
            <li className={shared.soft}>{t('gdap.new.noRole', { text: text.trim() })}</li>
          )}
          {found.map(({ id, displayName, description, isPrivileged }) => (
            <li key={id} className={styles.option}>
              <Checkbox
                checked={chosen.includes(id)}
                onChange={() => toggle(id)}
                label={
                  <>
                    <div>
                      {displayName}{' '}
                      {isPrivileged === true && (
                        <span className={styles.warn} title={t('gdap.role.privileged')}>
                          <ShieldErrorRegular />
                        </span>
                      )}
                    </div>
                    <div className={mergeClasses(shared.small, shared.soft)}>
                      {id === globalAdministrator ? t('gdap.new.globalHint') : description}
                    </div>
                  </>
                }
              />
            </li>
          ))}
        </ul>
        <Chosen {...props} />
      </div>
    </div>
  )
}
