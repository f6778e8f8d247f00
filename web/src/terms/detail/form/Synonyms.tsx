/** The synonyms of one language, as tags: a click offers what can be done with one, the cross removes it, + adds more. */
import {
  Button,
  Field,
  Input,
  InteractionTag,
  InteractionTagPrimary,
  InteractionTagSecondary,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  Tooltip,
  tokens,
} from '@fluentui/react-components'
import { useRef, useState } from 'react'
import { t } from '../../../i18n/t.ts'
import { AddRegular } from '../../../kit/icons.ts'
import { labelFault } from './rules.ts'

const useStyles = makeStyles({
  root: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalXS, minWidth: 0 },
  tag: { maxWidth: '100%' },
  input: { width: '160px', maxWidth: '100%' },
  text: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
})

interface SynonymsProps {
  readonly language: string
  readonly languageName: string
  readonly synonyms: readonly string[]
  readonly isReadOnly: boolean
  readonly onChange: (next: readonly string[]) => void
  readonly onMakeDefault: (synonym: string) => void
}

export function Synonyms({ language, languageName, synonyms, isReadOnly, onChange, onMakeDefault }: SynonymsProps) {
  const styles = useStyles()
  return (
    <div className={styles.root} lang={language}>
      {synonyms.map((synonym) => (
        <InteractionTag key={synonym} size="small" className={styles.tag} value={synonym}>
          {isReadOnly ? (
            <InteractionTagPrimary className={styles.text}>{synonym}</InteractionTagPrimary>
          ) : (
            <>
              <Menu>
                <MenuTrigger disableButtonEnhancement>
                  <InteractionTagPrimary hasSecondaryAction className={styles.text}>
                    {synonym}
                  </InteractionTagPrimary>
                </MenuTrigger>
                <MenuPopover>
                  <MenuList>
                    <MenuItem onClick={() => onMakeDefault(synonym)}>{t('detail.makeDefault')}</MenuItem>
                    <MenuItem onClick={() => onChange(synonyms.filter((one) => one !== synonym))}>
                      {t('detail.remove')}
                    </MenuItem>
                  </MenuList>
                </MenuPopover>
              </Menu>
              <InteractionTagSecondary
                aria-label={t('detail.removeNamed', { name: synonym })}
                onClick={() => onChange(synonyms.filter((one) => one !== synonym))}
              />
            </>
          )}
        </InteractionTag>
      ))}
      {!isReadOnly && <Adding languageName={languageName} synonyms={synonyms} onChange={onChange} />}
    </div>
  )
}

type AddingProps = Pick<SynonymsProps, 'languageName' | 'synonyms' | 'onChange'>

/** Enter keeps and goes on, leaving keeps too, Escape gives up. Pasted lines become one synonym each. */
function Adding({ languageName, synonyms, onChange }: AddingProps) {
  const styles = useStyles()
  const [text, setText] = useState<string | undefined>()
  const button = useRef<HTMLButtonElement | null>(null)
  const name = t('detail.addSynonym', { language: languageName })
  const keep = (): void => {
    const added = (text ?? '')
      .split(/[;\r\n\t]+/)
      .map((one) => one.trim())
      .filter((one) => one !== '' && !synonyms.includes(one))
    if (added.length > 0) onChange([...synonyms, ...new Set(added)])
  }
  if (text === undefined)
    return (
      <Tooltip content={name} relationship="label">
        <Button
          ref={(element: HTMLButtonElement | null) => {
            button.current = element
          }}
          size="small"
          appearance="subtle"
          icon={<AddRegular />}
          onClick={() => setText('')}
        />
      </Tooltip>
    )
  const fault = labelFault(text.replaceAll(';', ''))
  return (
    <Field
      validationState={fault === undefined ? 'none' : 'error'}
      {...(fault === undefined ? {} : { validationMessage: fault })}
    >
      <Input
        size="small"
        className={styles.input}
        aria-label={name}
        aria-invalid={fault !== undefined}
        autoFocus
        value={text}
        onChange={(_, { value }) => setText(value)}
        onBlur={() => {
          keep()
          setText(undefined)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            event.preventDefault()
            keep()
            setText('')
          } else if (event.key === 'Escape') {
            event.stopPropagation()
            setText(undefined)
            setTimeout(() => button.current?.focus(), 0)
          }
        }}
      />
    </Field>
  )
}
