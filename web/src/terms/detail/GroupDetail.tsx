/** One term group. */
import { useRead } from '../../data/query.ts'
import { t } from '../../i18n/t.ts'
import { CopyId } from '../../kit/CopyId.tsx'
import { Loaded } from '../../kit/Loaded.tsx'
import { readGroup } from './api.ts'
import { DetailFrame } from './Frame.tsx'

export function GroupDetail({ groupId }: { readonly groupId: string }) {
  const group = useRead('groups', [groupId, 'detail'], readGroup(groupId))
  return (
    <Loaded read={group}>
      {({ id, displayName, description }) => (
        <DetailFrame
          title={displayName}
          facts={<CopyId id={id} what={t('detail.id')} />}
          tabs={[{ id: 'general', title: t('detail.general'), content: () => <p>{description}</p> }]}
        />
      )}
    </Loaded>
  )
}
