/** Which keys there are. */
import { Switch } from '@fluentui/react-components'
import { t } from '../i18n/t.ts'
import { shownKeys, useActiveShortcuts } from '../kit/keys/shortcuts.ts'
import { changeSettings, useSettings } from '../kit/look/settings.ts'
import { PageFrame } from '../kit/PageFrame.tsx'
import { useShared } from '../kit/styles.ts'

/** Those of other pages, which are not there while this one is shown. */
const elsewhere = [
  [
    'keys.at.tree',
    ['keys.tree.move', 'keys.tree.add', 'keys.tree.rename', 'keys.tree.order', 'keys.tree.clipboard', 'keys.tree.menu'],
  ],
  ['keys.at.grid', ['keys.grid.move', 'keys.grid.select', 'keys.grid.edit']],
  ['keys.at.requests', ['keys.requests.walk']],
] as const

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
        <h2 className={shared.paneTitle}>{t('keys.everywhere')}</h2>
        <table>
          <tbody>
            {active.map(({ keys, words }) => (
              <tr key={`${keys} ${words}`}>
                <th scope="row" align="left">
                  <kbd>{shownKeys(keys)}</kbd>
                </th>
                <td>{words}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {elsewhere.map(([title, lines]) => (
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
