/** Labels of a term by language, with synonyms, and its descriptions. */
import { Field, Input, makeStyles, mergeClasses, Select, Textarea, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { t } from '../../../i18n/t.ts'
import { useShared } from '../../../kit/styles.ts'
import type { Draft } from '../draft/draft.ts'
import { listOf, textOf } from '../draft/fields.ts'
import { languageName } from '../names/names.ts'
import { labelFault } from './rules.ts'
import { Synonyms } from './Synonyms.tsx'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXL, maxWidth: '960px' },
  head: {
    display: 'grid',
    gridTemplateColumns: '150px minmax(160px, 1fr) minmax(160px, 1.2fr)',
    columnGap: tokens.spacingHorizontalM,
    paddingBlock: tokens.spacingVerticalXS,
    '@container (max-width: 560px)': { display: 'none' },
  },
  row: {
    display: 'grid',
    gridTemplateColumns: '150px minmax(160px, 1fr) minmax(160px, 1.2fr)',
    columnGap: tokens.spacingHorizontalM,
    alignItems: 'start',
    paddingBlock: tokens.spacingVerticalXS,
    '@container (max-width: 560px)': {
      gridTemplateColumns: '1fr',
      rowGap: tokens.spacingVerticalXXS,
      paddingBlock: tokens.spacingVerticalS,
    },
  },
  language: { paddingTop: '6px', overflowWrap: 'anywhere' },
  synonyms: { minHeight: '32px', display: 'flex', alignItems: 'center' },
  fieldset: { '& input::placeholder': { fontStyle: 'italic' }, border: 'none', margin: 0, padding: 0, minWidth: 0 },
  legend: { padding: 0, marginBottom: tokens.spacingVerticalXS },
  describing: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, flexWrap: 'wrap' },
  area: { width: '100%' },
  readOnly: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', margin: 0 },
})

interface GeneralProps {
  readonly draft: Draft
  /** Of the store, the default one first. */
  readonly languages: readonly string[]
}

const longestDescription = 1000

/** Where a refusal of the server belongs: `labels/0/name` counts the labels as they are sent. Without what a row says itself. */
function saidOfLabels(draft: Draft): string | undefined {
  return draft.check?.refusals.find(({ target }) => target != null && /^labels(?!.*\/isDefault$)/.test(target))?.message
}

export function General({ draft, languages }: GeneralProps) {
  const styles = useStyles()
  const shared = useShared()
  const said = draft.changed.length > 0 ? saidOfLabels(draft) : undefined
  return (
    <div className={styles.root}>
      <fieldset className={styles.fieldset}>
        <legend className={mergeClasses(shared.paneTitle, styles.legend)}>{t('detail.labels')}</legend>
        <div className={mergeClasses(styles.head, shared.small, shared.soft)} aria-hidden="true">
          <span>{t('detail.language')}</span>
          <span>{t('detail.defaultLabel')}</span>
          <span>{t('detail.synonyms')}</span>
        </div>
        {languages.map((tag, at) => (
          <LabelRow key={tag} draft={draft} tag={tag} isDefaultLanguage={at === 0} />
        ))}
        <Field
          validationState={said === undefined ? 'none' : 'error'}
          {...(said === undefined ? {} : { validationMessage: said })}
        />
      </fieldset>
      <Descriptions draft={draft} languages={languages} />
    </div>
  )
}

/** A language has one default label, or none at all. The only synonym of one that had no label becomes it by itself. */
function lacksDefault({ fields, changed }: Draft, tag: string): boolean {
  if (textOf(fields, `label ${tag}`).trim() !== '') return false
  const { length } = listOf(fields, `synonyms ${tag}`)
  return length > 1 || (length === 1 && changed.includes(`label ${tag}`))
}

interface LabelRowProps {
  readonly draft: Draft
  readonly tag: string
  readonly isDefaultLanguage: boolean
}

function LabelRow({ draft, tag, isDefaultLanguage }: LabelRowProps) {
  const styles = useStyles()
  const shared = useShared()
  const { fields, isReadOnly, set } = draft
  const label = textOf(fields, `label ${tag}`)
  const synonyms = listOf(fields, `synonyms ${tag}`)
  const name = languageName(tag)
  const fault =
    labelFault(label) ?? (lacksDefault(draft, tag) ? t('detail.rule.noDefault', { language: name }) : undefined)
  const [only] = label.trim() === '' ? synonyms : []
  const said = fault ?? (only === undefined ? undefined : t('detail.rule.becomesDefault', { name: only }))
  return (
    <div className={styles.row}>
      <div className={styles.language}>
        <span lang={tag}>{name}</span>
        {isDefaultLanguage && <span className={mergeClasses(shared.small, shared.soft)}> ({t('detail.usual')})</span>}
      </div>
      <Field
        validationState={fault !== undefined ? 'error' : said !== undefined ? 'warning' : 'none'}
        {...(said === undefined ? {} : { validationMessage: said })}
      >
        <Input
          lang={tag}
          value={label}
          readOnly={isReadOnly}
          aria-label={t('detail.labelIn', { language: name })}
          placeholder={isReadOnly ? t('detail.missing') : t('detail.missingAdd')}
          onChange={(_, { value }) => set(`label ${tag}`, value)}
        />
      </Field>
      <div className={styles.synonyms}>
        <Synonyms
          language={tag}
          languageName={name}
          synonyms={synonyms}
          isReadOnly={isReadOnly}
          onChange={(next) => set(`synonyms ${tag}`, next)}
          onMakeDefault={(synonym) => {
            set(`label ${tag}`, synonym)
            set(
              `synonyms ${tag}`,
              synonyms.flatMap((one) => (one === synonym ? (label.trim() === '' ? [] : [label]) : [one])),
            )
          }}
        />
      </div>
    </div>
  )
}

function Descriptions({ draft, languages }: GeneralProps) {
  const styles = useStyles()
  const shared = useShared()
  const [chosen, setChosen] = useState<string | undefined>()
  const { fields, isReadOnly, set } = draft
  const filled = languages.filter((tag) => textOf(fields, `description ${tag}`) !== '')
  const tag = chosen ?? filled[0] ?? languages[0] ?? ''
  const text = textOf(fields, `description ${tag}`)
  const fault =
    text.length > longestDescription
      ? t('detail.rule.long', { n: text.length, most: longestDescription })
      : draft.check?.refusals.find(({ target }) => target?.startsWith('descriptions') === true)?.message
  return (
    <fieldset className={styles.fieldset}>
      <legend className={mergeClasses(shared.paneTitle, styles.legend)}>{t('detail.description')}</legend>
      <div className={shared.column}>
        <div className={styles.describing}>
          <Select
            size="small"
            aria-label={t('detail.descriptionLanguage')}
            value={tag}
            onChange={(_, { value }) => setChosen(value)}
          >
            {languages.map((one) => (
              <option key={one} value={one}>
                {languageName(one)}
                {filled.includes(one) ? ' •' : ''}
              </option>
            ))}
          </Select>
          <span className={mergeClasses(shared.small, shared.soft)}>
            {t('detail.describedIn', { n: filled.length, most: languages.length })}
          </span>
        </div>
        <Field
          validationState={fault === undefined ? 'none' : 'error'}
          {...(fault === undefined ? {} : { validationMessage: fault })}
        >
          <Textarea
            className={styles.area}
            lang={tag}
            resize="vertical"
            rows={4}
            value={text}
            readOnly={isReadOnly}
            aria-label={t('detail.descriptionIn', { language: languageName(tag) })}
            onChange={(_, { value }) => set(`description ${tag}`, value)}
          />
        </Field>
      </div>
    </fieldset>
  )
}
