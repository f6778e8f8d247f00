/** What one can choose of the pages; kept in this browser, and to be taken along as a file. */
import { Button, Field, makeStyles, Radio, RadioGroup, Switch } from '@fluentui/react-components'
import { type Language, languages, setLanguage, t, useLanguage } from '../../i18n/t.ts'
import { ArrowDownloadRegular } from '../../kit/icons.ts'
import { changeSettings, type PageSettings, settings, settingsIn, useSettings } from '../../kit/look/settings.ts'
import { PageFrame } from '../../kit/PageFrame.tsx'
import { FileDrop, saveFile } from '../../kit/parts/FileDrop.tsx'
import { useShared } from '../../kit/styles.ts'
import { toast } from '../../kit/toasts.ts'

const themeChoices = ['system', 'light', 'dark', 'contrast'] as const
const densities = ['comfortable', 'dense'] as const
const dateChoices = ['relative', 'local', 'utc'] as const
const languageNames: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch' }

interface ChoiceProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly values: readonly Value[]
  readonly words: (value: Value) => string
  readonly onChange: (value: Value) => void
}

const useStyles = makeStyles({ choices: { flexWrap: 'wrap' } })

function Choice<Value extends string>({ label, value, values, words, onChange }: ChoiceProps<Value>) {
  const styles = useStyles()
  return (
    <Field label={label}>
      <RadioGroup
        layout="horizontal"
        className={styles.choices}
        value={value}
        onChange={(_, { value: next }) => onChange(next as Value)}
      >
        {values.map((one) => (
          <Radio key={one} value={one} label={words(one)} />
        ))}
      </RadioGroup>
    </Field>
  )
}

function download(language: Language): void {
  const content = JSON.stringify({ language, ...settings() }, null, 2)
  saveFile('relata-settings.json', new Blob([`${content}\n`], { type: 'application/json' }))
}

/** With the way back, as a file may hold what nobody expects. */
async function take(file: File, before: Language): Promise<void> {
  const { name } = file
  const value = await file
    .text()
    .then((text) => JSON.parse(text) as { readonly language?: unknown })
    .catch(() => ({ language: undefined }))
  const taken = settingsIn(value)
  const language = languages.find((tag) => tag === value?.language)
  if (Object.keys(taken).length === 0 && language === undefined) {
    toast({ text: t('settings.notTaken', { name }), kind: 'failed' })
    return
  }
  const old = settings()
  const put = async (next: Partial<PageSettings>, tag: Language | undefined): Promise<void> => {
    changeSettings(next)
    if (tag !== undefined) await setLanguage(tag)
  }
  await put(taken, language)
  toast({ text: t('settings.taken', { name }), undo: () => put(old, before) })
}

export default function SettingsPage() {
  const shared = useShared()
  const language = useLanguage()
  const { theme, density, dates, shortcuts, showDeprecated } = useSettings()
  return (
    <PageFrame title={t('nav.settings')}>
      <div className={shared.column}>
        <Choice
          label={t('settings.theme')}
          value={theme}
          values={themeChoices}
          words={(name) => t(`settings.theme.${name}`)}
          onChange={(next) => changeSettings({ theme: next })}
        />
        <Choice
          label={t('settings.density')}
          value={density}
          values={densities}
          words={(name) => t(`settings.density.${name}`)}
          onChange={(next) => changeSettings({ density: next })}
        />
        <Choice
          label={t('settings.language')}
          value={language}
          values={languages}
          words={(tag) => languageNames[tag]}
          onChange={(next) => void setLanguage(next)}
        />
        <Choice
          label={t('settings.dates')}
          value={dates}
          values={dateChoices}
          words={(name) => t(`settings.dates.${name}`)}
          onChange={(next) => changeSettings({ dates: next })}
        />
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
        <section className={shared.column} aria-labelledby="settings-file">
          <h2 id="settings-file" className={shared.paneTitle}>
            {t('settings.file')}
          </h2>
          <div>
            <Button icon={<ArrowDownloadRegular />} onClick={() => download(language)}>
              {t('settings.save')}
            </Button>
          </div>
          <FileDrop
            action={t('settings.take')}
            text={t('settings.takeText')}
            accept=".json,application/json"
            onFile={(file) => void take(file, language)}
          />
        </section>
      </div>
    </PageFrame>
  )
}
