/** Where a value of the server is set: its flag, its variable and its name in a file, to copy, and the place that it comes from. */
import { mergeClasses } from '@fluentui/react-components'
import { useSession } from '../../data/session.ts'
import { t } from '../../i18n/t.ts'
import { CopyButton } from '../../kit/CopyId.tsx'
import { useShared } from '../../kit/styles.ts'
import { type ServerSetting, useSettingsOfServer } from '../api.ts'

export function SourceOf({ setting }: { readonly setting: ServerSetting }) {
  const shared = useShared()
  const { name: inFile, flag, variable, from, line } = setting
  const set = (place: string): string =>
    line === undefined ? t('admin.setting.from', { place }) : t('admin.setting.line', { place, line })
  return (
    <div className={mergeClasses(shared.small, shared.soft)}>
      <span className={shared.row}>
        <span>{from === undefined ? t('admin.setting.default') : set(from)}</span>
        {[flag, variable, inFile].map((name) => (
          <span key={name}>
            <code>{name}</code>
            <CopyButton text={name} what={name} />
          </span>
        ))}
      </span>
    </div>
  )
}

function Source({ name }: { readonly name: string }) {
  const { data } = useSettingsOfServer()
  const setting = data?.value.find((one) => one.name === name)
  return setting === undefined ? null : <SourceOf setting={setting} />
}

/** Nothing where the server does not say. */
export function SettingSource({ name }: { readonly name: string }) {
  const { info } = useSession()
  return info.features.includes('settings') ? <Source name={name} /> : null
}
