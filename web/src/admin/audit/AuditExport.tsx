/** All records that match, as a file: page after page, with a count, and stopped when wanted. */
import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components'
import { useRef, useState } from 'react'
import { asProblem } from '../../data/action.ts'
import { following } from '../../data/plan.ts'
import { ask } from '../../data/send.ts'
import type { DirectoryAudit, Page } from '../../data/types.ts'
import { t } from '../../i18n/t.ts'
import { toast } from '../../kit/toasts.ts'
import { type AuditWishes, auditPlan } from '../api.ts'
import { initiatorOf, targetsOf } from './AuditRecord.tsx'

type Form = 'json' | 'csv'

/** A field of a spreadsheet; what a spreadsheet would calculate is made a text. */
export function csvField(value: string): string {
  const safe = /^[=+\-@\t]/.test(value) ? `'${value}` : value
  return /[",\n\r;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function csvOf(records: readonly DirectoryAudit[]): string {
  const head = ['activityDateTime', 'activityDisplayName', 'category', 'result', 'initiatedBy', 'targetResources', 'id']
  const lines = records.map((record) =>
    [
      record.activityDateTime,
      record.activityDisplayName,
      record.category,
      record.result,
      initiatorOf(record),
      targetsOf(record),
      record.id,
    ]
      .map((value) => csvField(String(value ?? '')))
      .join(','),
  )
  return `${[head.join(','), ...lines].join('\r\n')}\r\n`
}

function save(text: string, name: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}

export function AuditExport({ wishes }: { readonly wishes: AuditWishes }) {
  const [count, setCount] = useState<number | undefined>()
  const ending = useRef<AbortController | undefined>(undefined)
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
      if (form === 'json') save(JSON.stringify(records, null, 2), 'directory-audits.json', 'application/json')
      else save(csvOf(records), 'directory-audits.csv', 'text/csv')
      toast({ text: t('admin.audit.exported', { n: records.length }) })
    } catch (error) {
      if (!abort.signal.aborted) toast({ text: asProblem(error, plan).message, kind: 'failed' })
    } finally {
      setCount(undefined)
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
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
