/** The working languages of the store: one is the default, others are added and removed. Nothing is sent before it is saved. */
import { Badge, Button, Combobox, Field, makeStyles, Option, Tooltip, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { currentLanguage, t } from '../../../i18n/t.ts'
import { announce } from '../../../kit/announce.ts'
import { DismissRegular } from '../../../kit/icons.ts'
import { useShared } from '../../../kit/styles.ts'
import type { Draft } from '../draft/draft.ts'
import { listOf, textOf } from '../draft/fields.ts'
import { languageName } from '../names/names.ts'
import { isTag, languageTitle, matching } from './languageChoice.ts'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, width: '100%', maxWidth: '640px' },
  one: {
    display: 'flex',
    alignItems: 'center',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalS,
    minHeight: '36px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  name: { flexGrow: 1 },
  adding: { maxWidth: '360px', width: '100%' },
})

export function LanguageList({ draft }: { readonly draft: Draft }) {
  const styles = useStyles()
  const shared = useShared()
  const tags = listOf(draft.fields, 'languages')
  const usual = textOf(draft.fields, 'usual')
  const fault = draft.changed.length === 0 ? undefined : draft.check?.refusals[0]?.message
  return (
    <>
      <ul className={styles.list} aria-label={t('store.languages')}>
        {tags.map((tag) => {
          const name = languageName(tag)
          const isUsual = tag === usual
          return (
            <li key={tag} className={styles.one}>
              <span className={styles.name}>
                <span lang={tag}>{name}</span> <span className={shared.mono}>{tag}</span>
              </span>
              {isUsual && <Badge appearance="outline">{t('detail.usual')}</Badge>}
              {!isUsual && !draft.isReadOnly && (
                <Button
                  size="small"
                  appearance="subtle"
                  aria-label={t('store.makeUsualNamed', { language: name })}
                  onClick={() => draft.set('usual', tag)}
                >
                  {t('store.makeUsual')}
                </Button>
              )}
              {!draft.isReadOnly && (
                <Tooltip
                  content={isUsual ? t('store.why.usual') : t('detail.removeNamed', { name })}
                  relationship={isUsual ? 'description' : 'label'}
                >
                  <Button
                    size="small"
                    appearance="subtle"
                    icon={<DismissRegular />}
                    {...(isUsual ? { 'aria-label': t('detail.removeNamed', { name }) } : {})}
                    disabledFocusable={isUsual}
                    onClick={() => {
                      if (isUsual) return
                      draft.set(
                        'languages',
                        tags.filter((one) => one !== tag),
                      )
                      announce(t('store.removed', { language: name }))
                    }}
                  />
                </Tooltip>
              )}
            </li>
          )
        })}
      </ul>
      {!draft.isReadOnly && (
        <Adding
          tags={tags}
          fault={fault}
          onAdd={(tag) => {
            draft.set('languages', [...tags, tag])
            announce(t('store.added', { language: languageName(tag) }))
          }}
        />
      )}
    </>
  )
}

interface AddingProps {
  readonly tags: readonly string[]
  readonly fault: string | undefined
  readonly onAdd: (tag: string) => void
}

const most = 40

function Adding({ tags, fault, onAdd }: AddingProps) {
  const styles = useStyles()
  const [text, setText] = useState('')
  const page = currentLanguage()
  const found = matching(text, tags, page).slice(0, most)
  const own = isTag(text) && !found.includes(text.trim()) && !tags.includes(text.trim()) ? [text.trim()] : []
  const all = found.length > 0 ? found : own
  return (
    <Field
      label={t('store.add')}
      hint={t('store.addHint')}
      {...(fault === undefined ? {} : { validationState: 'error', validationMessage: fault })}
    >
      <Combobox
        className={styles.adding}
        freeform
        value={text}
        selectedOptions={[]}
        onChange={(event) => setText(event.target.value)}
        onOptionSelect={(_, { optionValue }) => {
          if (optionValue === undefined || optionValue === '') return
          onAdd(optionValue)
          setText('')
        }}
      >
        {all.map((tag) => (
          <Option key={tag} value={tag} text={languageTitle(tag, page)}>
            {`${languageTitle(tag, page)} (${tag})`}
          </Option>
        ))}
        {all.length === 0 && (
          <Option value="" disabled text="">
            {t('detail.nothingFound')}
          </Option>
        )}
      </Combobox>
    </Field>
  )
}
