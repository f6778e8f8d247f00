/** Which keys there are; each can be switched off (WCAG 2.1.4). */
import { makeStyles, mergeClasses, Switch, tokens } from '@fluentui/react-components'
import { type TextKey, t } from '../../i18n/t.ts'
import { shownKeys, useActiveShortcuts } from '../../kit/keys/shortcuts.ts'
import { changeSettings, useSettings } from '../../kit/look/settings.ts'
import { PageFrame } from '../../kit/PageFrame.tsx'
import { useShared } from '../../kit/styles.ts'

const useStyles = makeStyles({
  table: { borderCollapse: 'collapse', width: 'min(100%, 520px)' },
  row: {
    height: '36px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    '> th': { textAlign: 'start', width: '112px' },
    '> td': { paddingLeft: tokens.spacingHorizontalS },
    '> td:last-child': { width: '56px' },
  },
  keys: {
    padding: `1px ${tokens.spacingHorizontalS}`,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusMedium,
    fontFamily: tokens.fontFamilyMonospace,
    whiteSpace: 'nowrap',
  },
  off: { textDecorationLine: 'line-through' },
})

interface Line {
  readonly keys: string
  readonly words: string
}

/** Those of other pages, which are not there while this one is shown. */
const elsewhere: readonly { readonly title: TextKey; readonly lines: readonly (readonly [string, TextKey])[] }[] = [
  {
    title: 'keys.at.requests',
    lines: [
      ['C', 'keys.requests.copy'],
      ['R', 'keys.requests.again'],
      ['Home', 'keys.requests.newest'],
      ['Delete', 'keys.requests.clear'],
    ],
  },
  {
    title: 'keys.at.clock',
    lines: [
      ['N', 'keys.clock.next'],
      ['F', 'keys.clock.freeze'],
    ],
  },
  {
    title: 'keys.at.forms',
    lines: [
      ['Ctrl+S', 'keys.forms.save'],
      ['Ctrl+Enter', 'keys.forms.act'],
    ],
  },
]

/** Keys of a control that has the focus: they do nothing elsewhere, so there is nothing to switch off. */
const ofControls = [
  [
    'keys.at.tree',
    ['keys.tree.move', 'keys.tree.add', 'keys.tree.rename', 'keys.tree.order', 'keys.tree.clipboard', 'keys.tree.menu'],
  ],
  ['keys.at.grid', ['keys.grid.move', 'keys.grid.select', 'keys.grid.edit', 'keys.requests.walk']],
] as const

function KeyTable({ title, lines }: { readonly title: string; readonly lines: readonly Line[] }) {
  const styles = useStyles()
  const shared = useShared()
  const { shortcuts, keysOff } = useSettings()
  return (
    <section>
      <h2 className={shared.paneTitle}>{title}</h2>
      <table className={styles.table}>
        <tbody>
          {lines.map(({ keys, words }) => {
            const isOn = !keysOff.includes(keys)
            const isSilent = !isOn || (keys.length === 1 && !shortcuts)
            return (
              <tr key={`${keys} ${words}`} className={styles.row}>
                <th scope="row">
                  <kbd className={mergeClasses(styles.keys, isSilent && styles.off)}>{shownKeys(keys)}</kbd>
                </th>
                <td>{words}</td>
                <td>
                  <Switch
                    aria-label={t('keys.off', { keys: shownKeys(keys), what: words })}
                    checked={isOn}
                    onChange={(_, { checked }) =>
                      changeSettings({
                        keysOff: checked ? keysOff.filter((one) => one !== keys) : [...keysOff, keys],
                      })
                    }
                  />
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

export default function ShortcutsPage() {
  const shared = useShared()
  const active = useActiveShortcuts()
  const { shortcuts } = useSettings()
  return (
    <PageFrame title={t('nav.shortcuts')}>
      <div className={shared.column}>
        <Switch
          label={t('settings.shortcuts')}
          checked={shortcuts}
          onChange={(_, { checked }) => changeSettings({ shortcuts: checked })}
        />
        <div className={shared.soft}>{t('keys.text')}</div>
        <KeyTable title={t('keys.everywhere')} lines={active} />
        {elsewhere.map(({ title, lines }) => (
          <KeyTable key={title} title={t(title)} lines={lines.map(([keys, words]) => ({ keys, words: t(words) }))} />
        ))}
        {ofControls.map(([title, lines]) => (
          <section key={title}>
            <h2 className={shared.paneTitle}>{t(title)}</h2>
            <ul>
              {lines.map((line) => (
                <li key={line}>{t(line)}</li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </PageFrame>
  )
}
