/** All records that match, as a file: page after page, with a count, and stopped when wanted. */
import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components'
import { useRef, useState } from 'react'
import { asProblem } from '../../data/action.ts'
import { following } from '../../data/plan.ts'
import { ask } from '../../data/send.ts'
import { useFeature } from '../../data/session.ts'
import type { DirectoryAudit, Page } from '../../data/types.ts'
import { t } from '../../i18n/t.ts'
import { toast } from '../../kit/toasts.ts'
import { csvOf, download } from '../../kit/values/csv.ts'
import { type AuditWishes, auditPlan } from '../api.ts'
import { initiatorOf, targetsOf } from './AuditRecord.tsx'
import { useChainPlans } from './chainPlans.ts'

type Form = 'json' | 'csv'

const csvHead = [
  'activityDateTime',
  'activityDisplayName',
  'category',
  'result',
  'initiatedBy',
  'targetResources',
  'id',
] as const

function csvRow(record: DirectoryAudit): readonly string[] {
  const { activityDateTime, activityDisplayName, category, result, id } = record
  return [activityDateTime, activityDisplayName, category, result, initiatorOf(record), targetsOf(record), id].map(
    (value) => value ?? '',
  )
}

export function AuditExport({ wishes }: { readonly wishes: AuditWishes }) {
  const [count, setCount] = useState<number | undefined>()
  const ending = useRef<AbortController | undefined>(undefined)
  const chain = useChainPlans(wishes)
  const hasChain = useFeature('audit') && chain !== undefined
  const run = async (form: Form): Promise<void> => {
    const abort = new AbortController()
    ending.current = abort
    setCount(0)
    const plan = auditPlan(wishes, 999)
    const records: DirectoryAudit[] = []
    try {
      let page: Page<DirectoryAudit> = await ask(plan, { signal: abort.signal })
      records.push(...page.value)
      while (page['@odata.nextLink'] !== undefined) {
        setCount(records.length)
        page = await ask(following<Page<DirectoryAudit>>(page['@odata.nextLink']), { signal: abort.signal })
        records.push(...page.value)
      }
      if (form === 'json') download('directory-audits.json', JSON.stringify(records, null, 2), 'application/json')
      else download('directory-audits.csv', csvOf(csvHead, records.map(csvRow)))
      toast({ text: t('admin.audit.exported', { n: records.length }) })
    } catch (error) {
      if (!abort.signal.aborted) toast({ text: asProblem(error, plan).message, kind: 'failed' })
    } finally {
      setCount(undefined)
    }
  }
  const runChain = async (): Promise<void> => {
    if (chain === undefined) return
    try {
      download('audit.jsonl', await ask(chain.file), 'application/x-ndjson')
      toast({ text: t('admin.chain.exported') })
    } catch (error) {
      toast({ text: asProblem(error, chain.file).message, kind: 'failed' })
    }
  }
  if (count !== undefined)
    return <Button onClick={() => ending.current?.abort()}>{t('admin.audit.cancelExport', { n: count })}</Button>
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button>{t('admin.audit.export')}</Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem onClick={() => void run('csv')}>{t('admin.audit.exportCsv')}</MenuItem>
          <MenuItem onClick={() => void run('json')}>{t('admin.audit.exportJson')}</MenuItem>
          {hasChain && (
            <MenuItem subText={t('admin.chain.exportText')} onClick={() => void runChain()}>
              {t('admin.chain.export')}
            </MenuItem>
          )}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
