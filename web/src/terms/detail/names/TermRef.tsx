/** A term that only its id is known of: its name, as a link. */
import { useRead } from '../../../data/query.ts'
import { t } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { shortened } from '../../../kit/CopyId.tsx'
import { readPlaces } from '../api.ts'

export function TermRef({ id }: { readonly id: string }) {
  const found = useRead('term', [id, 'places'], readPlaces(id), { enabled: id !== '' })
  if (id === '') return <span>{t('detail.none')}</span>
  const [item] = found.data?.items ?? []
  if (item?.setId === undefined) return <span title={id}>{shortened(id)}</span>
  return (
    <AppLink to={`/terms/s/${item.setId}/t/${id}`} inline>
      {item.label}
    </AppLink>
  )
}
