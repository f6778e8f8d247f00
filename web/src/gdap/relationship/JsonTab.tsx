/** The entity as Graph sends it, with its tag; and what Graph answers to a tag that is no longer true. */
import { Button } from '@fluentui/react-components'
import { useAction } from '../../data/action.ts'
import { t } from '../../i18n/t.ts'
import { CopyButton } from '../../kit/CopyId.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { JsonView } from '../../kit/values/JsonView.tsx'
import { plans, type RelationshipRow } from '../api.ts'

/** A tag that was never given. */
const staleTag = 'W/"JyJzdGFsZSIn"'

export function JsonTab({ row }: { readonly row: RelationshipRow }) {
  const shared = useShared()
  const { run, problem, clear } = useAction()
  const tag = row['@odata.etag']
  const stale = plans.change({ ...row, '@odata.etag': staleTag }, { autoExtendDuration: row.autoExtendDuration })
  return (
    <div className={shared.column}>
      <div className={shared.row}>
        <span>ETag</span>
        <code className={shared.mono}>{tag}</code>
        <CopyButton text={tag} what="ETag" />
      </div>
      <JsonView text={JSON.stringify(row)} what={t('gdap.tab.json')} />
      <div className={shared.row}>
        <Button onClick={() => void run(stale)}>{t('gdap.json.stale')}</Button>
        <RequestPreview plans={() => [stale]} />
        <span className={shared.soft}>{t('gdap.json.staleWhy')}</span>
      </div>
      {problem !== undefined && <Problem error={problem} onClose={clear} />}
    </div>
  )
}
