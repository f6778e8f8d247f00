/** What the server says of the file as a whole: why it stops, with the place in it, and what it only notes. */
import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components'
import { useState } from 'react'
import { maybeText, t } from '../../../i18n/t.ts'
import { useShared } from '../../../kit/styles.ts'
import type { View } from '../../../kit/view.ts'
import { usePageStyles } from '../../pageStyles.ts'
import { FileLines } from './FileLines.tsx'
import { type Need, needId } from './need.ts'
import type { PlanRemark } from './plan-lines.ts'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  list: { margin: 0, paddingInlineStart: tokens.spacingHorizontalXL },
})

const mostListed = 100

function isStop({ severity }: PlanRemark): boolean {
  return severity === 'stops' || severity === 'refused'
}

/** What one click would mend. */
function cureOf({ code, text }: PlanRemark): { readonly text: string; readonly change: View } | undefined {
  if (code === 'encoding') return { text: 'windows-1252', change: { encoding: 'windows-1252' } }
  const count = /\d[\d,.]*/.exec(text)?.[0]
  if (code === 'too-many-missing' && count !== undefined)
    return { text: t('termimport.allowMissing'), change: { maxMissing: '1000000' } }
  return code === 'language-missing'
    ? { text: t('termimport.newLanguages.add'), change: { addLanguages: 'true' } }
    : undefined
}

interface RemarksProps {
  readonly remarks: readonly PlanRemark[]
  readonly file: File
  readonly encoding: string | undefined
  readonly need: Need | undefined
  readonly onChange: (change: View) => void
}

/** In words of the page: the server speaks of its command line. */
function NeedMessage({ need }: { readonly need: Need }) {
  return (
    <MessageBar id={needId} intent="error" layout="multiline" role="alert">
      <MessageBarBody>
        <MessageBarTitle>
          {t(need === 'group' ? 'termimport.fault.group' : 'termimport.fault.format-unknown')}
        </MessageBarTitle>
        {t(need === 'group' ? 'termimport.need.group' : 'termimport.need.format')}
      </MessageBarBody>
    </MessageBar>
  )
}

export function Remarks({ remarks, file, encoding, need, onChange }: RemarksProps) {
  const styles = useStyles()
  const page = usePageStyles()
  const shared = useShared()
  const [isOpen, setOpen] = useState(false)
  const stops = remarks.filter((remark) => isStop(remark) && remark.code !== 'format-unknown')
  const others = remarks.filter((remark) => !isStop(remark))
  if (remarks.length === 0 && need === undefined) return null
  return (
    <div className={`${page.message} ${styles.root}`}>
      {need !== undefined && <NeedMessage need={need} />}
      {stops.map((remark) => {
        const { code, text, at } = remark
        const cure = cureOf(remark)
        const line = at?.line
        return (
          <div key={`${code} ${text}`} className={styles.root}>
            <MessageBar intent="error" layout="multiline" role="alert">
              <MessageBarBody>
                <MessageBarTitle>{maybeText(`termimport.fault.${code}`) ?? t('termimport.fault')}</MessageBarTitle>
                {text} <span className={shared.mono}>{code}</span>
              </MessageBarBody>
              {cure !== undefined && (
                <MessageBarActions>
                  <Button size="small" onClick={() => onChange(cure.change)}>
                    {cure.text}
                  </Button>
                </MessageBarActions>
              )}
            </MessageBar>
            {line !== undefined && at?.file === file.name && (
              <FileLines file={file} line={line} column={at?.column} encoding={encoding} />
            )}
          </div>
        )
      })}
      {others.length > 0 && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{t('termimport.remarks', { n: others.length })}</MessageBarTitle>
            {isOpen && (
              <ul className={styles.list}>
                {others.slice(0, mostListed).map(({ code, text, at }) => (
                  <li key={`${code} ${at?.line} ${at?.path}`}>
                    {text} <span className={shared.mono}>{code}</span>
                  </li>
                ))}
              </ul>
            )}
          </MessageBarBody>
          <MessageBarActions>
            <Button size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              {t(isOpen ? 'termimport.less' : 'termimport.more')}
            </Button>
          </MessageBarActions>
        </MessageBar>
      )}
    </div>
  )
}

export function stopsAll(remarks: readonly PlanRemark[]): boolean {
  return remarks.some(({ severity }) => severity === 'stops')
}
