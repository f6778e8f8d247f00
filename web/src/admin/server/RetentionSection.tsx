/** How long records are kept, and every other value the server runs with: each with the place where it is set. */
import { Input, mergeClasses } from '@fluentui/react-components'
import { t } from '../../i18n/t.ts'
import { SearchRegular } from '../../kit/icons.ts'
import { Loaded } from '../../kit/Loaded.tsx'
import { useShared } from '../../kit/styles.ts'
import { useView } from '../../kit/view.ts'
import { type ServerSetting, useSettingsOfServer } from '../api.ts'
import { useSectionStyles } from '../parts.ts'
import { SourceOf } from './SettingSource.tsx'

const retention: readonly string[] = [
  'auditRetention',
  'eventRetention',
  'historyDays',
  'recycleBinDays',
  'historyPeople',
]

function shownValue({ name, value }: ServerSetting): string {
  if (value === null || value === '') return t('admin.setting.none')
  if (typeof value === 'boolean') return t(value ? 'admin.setting.yes' : 'admin.setting.no')
  if (typeof value === 'number' && retention.includes(name))
    return value === 0 ? t('admin.retention.forEver') : t('admin.retention.days', { n: value })
  return String(value)
}

function Values({ settings }: { readonly settings: readonly ServerSetting[] }) {
  const styles = useSectionStyles()
  const shared = useShared()
  return (
    <dl className={styles.facts}>
      {settings.map((setting) => (
        <div key={setting.name} style={{ display: 'contents' }}>
          <dt>
            <code>{setting.name}</code>
          </dt>
          <dd>
            <div className={mergeClasses(shared.numbers)}>
              <strong>{shownValue(setting)}</strong>
            </div>
            <div>{setting.text}</div>
            <SourceOf setting={setting} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

export function RetentionSection() {
  const styles = useSectionStyles()
  const shared = useShared()
  const { view, set } = useView()
  const read = useSettingsOfServer()
  const wanted = (view['find'] ?? '').toLowerCase()
  return (
    <div className={styles.page}>
      <h2 className={shared.paneTitle}>{t('admin.section.retention')}</h2>
      <Loaded read={read} lines={5}>
        {({ value }) => (
          <>
            <Values settings={retention.flatMap((name) => value.find((one) => one.name === name) ?? [])} />
            <h2 className={shared.paneTitle}>{t('admin.setting.all')}</h2>
            <Input
              aria-label={t('admin.setting.find')}
              placeholder={t('admin.setting.find')}
              contentBefore={<SearchRegular />}
              value={view['find'] ?? ''}
              onChange={(_, data) => set({ find: data.value === '' ? undefined : data.value })}
            />
            <Values
              settings={value.filter(
                ({ name, text, flag }) =>
                  !retention.includes(name) && `${name} ${text} ${flag}`.toLowerCase().includes(wanted),
              )}
            />
          </>
        )}
      </Loaded>
    </div>
  )
}
