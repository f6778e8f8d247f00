/** After sending: the link, a text for a mail, and where to go from here. */
import {
  Button,
  Dropdown,
  Field,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Option,
  Textarea,
  tokens,
} from '@fluentui/react-components'
import { useEffect, useState } from 'react'
import { useSession } from '../../data/session.ts'
import { serverNow, shortDate } from '../../i18n/format.ts'
import { currentLanguage, t } from '../../i18n/t.ts'
import { useCopy } from '../../kit/CopyId.tsx'
import { CopyRegular } from '../../kit/icons.ts'
import { useShared } from '../../kit/styles.ts'
import { useGo } from '../../kit/view.ts'
import { invitationLink, type RelationshipRow, type Role, roleIdsOf } from '../api.ts'
import { addDays, pendingDays } from '../rules.ts'
import { isExtended } from '../status.ts'
import { type MailLanguage, mailText } from './mail.ts'

const useStyles = makeStyles({
  root: { maxWidth: '760px' },
  link: {
    padding: tokens.spacingHorizontalM,
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
    overflowWrap: 'anywhere',
  },
  language: { maxWidth: '240px' },
  mail: { '& textarea': { maxHeight: 'none' } },
})

/** Their own names, as in every list of languages. */
const mailLanguages: Readonly<Record<MailLanguage, string>> = { en: 'English', de: 'Deutsch' }

/** Has the focus after sending. */
const copyId = 'gdap-copy-link'

interface SentProps {
  readonly row: RelationshipRow
  readonly roles: ReadonlyMap<string, Role>
  readonly onAnother: () => void
}

export function Sent({ row, roles, onAnother }: SentProps) {
  const styles = useStyles()
  const shared = useShared()
  const go = useGo()
  const copy = useCopy()
  const hasBoth = useSession().info.mode === 'stand-in'
  const { acting } = useSession()
  const [language, setLanguage] = useState<MailLanguage>(currentLanguage())
  useEffect(() => document.getElementById(copyId)?.focus(), [])
  const link = invitationLink(row.id)
  const text = mailText(language, {
    partner: acting?.tenant.name ?? '',
    name: row.displayName ?? '',
    roles: roleIdsOf(row).map((id) => roles.get(id)?.displayName ?? id),
    days: Number(/^P(\d+)D$/.exec(row.duration ?? '')?.[1] ?? 0),
    extends: isExtended(row),
    link,
  })
  if (!hasBoth)
    return (
      <div className={`${shared.column} ${styles.root}`}>
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <strong>{t('gdap.sent.title', { name: row.displayName ?? '' })}</strong> {t('gdap.invitation.nowhere')}
          </MessageBarBody>
        </MessageBar>
        <div className={shared.row}>
          <Button id={copyId} onClick={() => go(`/gdap/relationships/${row.id}`)}>
            {t('gdap.sent.open')}
          </Button>
        </div>
      </div>
    )
  return (
    <div className={`${shared.column} ${styles.root}`}>
      <MessageBar intent="success" layout="multiline">
        <MessageBarBody>
          <strong>{t('gdap.sent.title', { name: row.displayName ?? '' })}</strong> {t('gdap.sent.text')}{' '}
          {t('gdap.sent.lapses', { at: shortDate(addDays(serverNow().toISOString(), pendingDays)) })}
        </MessageBarBody>
      </MessageBar>
      <div className={`${styles.link} ${shared.mono}`}>{link}</div>
      <div className={shared.row}>
        <Button id={copyId} appearance="primary" icon={<CopyRegular />} onClick={() => copy(link)}>
          {t('gdap.sent.copyLink')}
        </Button>
        <Button icon={<CopyRegular />} onClick={() => copy(text)}>
          {t('gdap.sent.copyAll')}
        </Button>
        <Button onClick={() => go(`/gdap/both?relationship=${row.id}`)}>{t('gdap.openBoth')}</Button>
        <Button onClick={() => go(`/gdap/relationships/${row.id}`)}>{t('gdap.sent.open')}</Button>
        <Button appearance="subtle" onClick={onAnother}>
          {t('gdap.sent.another')}
        </Button>
      </div>
      <Field className={styles.language} label={t('gdap.sent.mailLanguage')}>
        <Dropdown
          value={mailLanguages[language]}
          selectedOptions={[language]}
          onOptionSelect={(_, { optionValue }) => setLanguage(optionValue === 'de' ? 'de' : 'en')}
        >
          <Option value="en">{mailLanguages.en}</Option>
          <Option value="de">{mailLanguages.de}</Option>
        </Dropdown>
      </Field>
      <Field label={t('gdap.sent.mail')}>
        <Textarea className={styles.mail} readOnly resize="vertical" rows={16} value={text} lang={language} />
      </Field>
    </div>
  )
}
