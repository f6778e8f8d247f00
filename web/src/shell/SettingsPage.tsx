/** What one can choose of the pages; kept in this browser. */
import { Field, Radio, RadioGroup, Switch } from '@fluentui/react-components'
import { type Language, languages, setLanguage, t, useLanguage } from '../i18n/t.ts'
import { changeSettings, type PageSettings, useSettings } from '../kit/look/settings.ts'
import { PageFrame } from '../kit/PageFrame.tsx'
import { useShared } from '../kit/styles.ts'

const themeChoices = ['system', 'light', 'dark', 'contrast'] as const
const densities = ['comfortable', 'dense'] as const
const dateChoices = ['relative', 'local', 'utc'] as const
const languageNames: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch' }

export default function SettingsPage() {
  const shared = useShared()
  const language = useLanguage()
  const { theme, density, dates, shortcuts, showDeprecated } = useSettings()
  return (
    <PageFrame title={t('nav.settings')}>
      <div className={shared.column}>
        <Field label={t('settings.theme')}>
          <RadioGroup
            layout="horizontal"
            value={theme}
            onChange={(_, { value }) => changeSettings({ theme: value as PageSettings['theme'] })}
          >
            {themeChoices.map((name) => (
              <Radio key={name} value={name} label={t(`settings.theme.${name}`)} />
            ))}
          </RadioGroup>
        </Field>
        <Field label={t('settings.density')}>
          <RadioGroup
            layout="horizontal"
            value={density}
            onChange={(_, { value }) => changeSettings({ density: value as PageSettings['density'] })}
          >
            {densities.map((name) => (
              <Radio key={name} value={name} label={t(`settings.density.${name}`)} />
            ))}
          </RadioGroup>
        </Field>
        <Field label={t('settings.language')}>
          <RadioGroup
            layout="horizontal"
            value={language}
            onChange={(_, { value }) => void setLanguage(value as Language)}
          >
            {languages.map((tag) => (
              <Radio key={tag} value={tag} label={languageNames[tag]} />
            ))}
          </RadioGroup>
        </Field>
        <Field label={t('settings.dates')}>
          <RadioGroup
            layout="horizontal"
            value={dates}
            onChange={(_, { value }) => changeSettings({ dates: value as PageSettings['dates'] })}
          >
            {dateChoices.map((name) => (
              <Radio key={name} value={name} label={t(`settings.dates.${name}`)} />
            ))}
          </RadioGroup>
        </Field>
        <Switch
          label={t('settings.shortcuts')}
          checked={shortcuts}
          onChange={(_, { checked }) => changeSettings({ shortcuts: checked })}
        />
        <Switch
          label={t('settings.showDeprecated')}
          checked={showDeprecated}
          onChange={(_, { checked }) => changeSettings({ showDeprecated: checked })}
        />
      </div>
    </PageFrame>
  )
}
