/** Requests a relationship: roles, terms, customer, and then the link and the text to send. */
import { Link, MessageBar, MessageBarBody, makeStyles, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useRead } from '../../data/query.ts'
import { t, useLanguage } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { announce } from '../../kit/announce.ts'
import { Empty } from '../../kit/Empty.tsx'
import { Loaded } from '../../kit/Loaded.tsx'
import { PageFrame } from '../../kit/PageFrame.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { Skeleton } from '../../kit/Skeleton.tsx'
import { useShared } from '../../kit/styles.ts'
import { useView } from '../../kit/view.ts'
import { plans, type RelationshipRow, useRelationship } from '../api.ts'
import { reasonAgainst } from '../reasons.ts'
import { type Draft, draftLike, emptyDraft } from './draft.ts'
import { Form } from './Form.tsx'
import { LikeOne } from './LikeOne.tsx'
import { Sent } from './Sent.tsx'

const useStyles = makeStyles({
  steps: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalL, marginBottom: tokens.spacingVerticalL },
})

const steps = ['roles', 'terms', 'customer', 'send'] as const

function StepLinks() {
  const styles = useStyles()
  const jump = (name: string): void => {
    const step = document.getElementById(`step-${name}`)
    step?.scrollIntoView({ block: 'start' })
    step?.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true })
  }
  return (
    <nav className={styles.steps} aria-label={t('gdap.new.steps')}>
      {steps.map((name) => (
        <Link key={name} as="button" onClick={() => jump(name)}>
          {t(`gdap.new.step.${name}`)}
        </Link>
      ))}
    </nav>
  )
}

/** What the form begins with; its key changes when another one is taken over. */
interface Start {
  readonly key: string
  readonly draft: Draft
  readonly from?: string
}

function Request({ start, edited }: { readonly start: Start; readonly edited: RelationshipRow | undefined }) {
  const shared = useShared()
  const [begun, setBegun] = useState(start)
  const [sent, setSent] = useState<RelationshipRow | undefined>()
  const catalogue = useRead('roles', [], plans.roles())
  const like = (row: RelationshipRow): void => {
    setBegun({ key: `${row.id} ${Date.now()}`, draft: draftLike(row, false), from: row.displayName ?? row.id })
    announce(t('gdap.new.liked', { name: row.displayName ?? row.id }))
  }
  const title = edited === undefined ? t('gdap.new.title') : t('gdap.new.edit')
  return (
    <PageFrame
      title={title}
      trail={<AppLink to="/gdap/relationships">{t('gdap.title')}</AppLink>}
      tools={sent === undefined && edited === undefined ? <LikeOne onChoose={like} /> : undefined}
    >
      <Loaded read={catalogue} lines={10}>
        {({ value }) => {
          const roles = new Map(value.map((role) => [role.id, role]))
          if (sent !== undefined)
            return (
              <Sent
                row={sent}
                roles={roles}
                onAnother={() => {
                  setSent(undefined)
                  setBegun({ key: `empty ${Date.now()}`, draft: emptyDraft })
                }}
              />
            )
          return (
            <div className={shared.column}>
              <StepLinks />
              {begun.from !== undefined && (
                <MessageBar>
                  <MessageBarBody>{t('gdap.new.liked', { name: begun.from })}</MessageBarBody>
                </MessageBar>
              )}
              <Form key={begun.key} initial={begun.draft} roles={roles} edited={edited} onSent={setSent} />
            </div>
          )
        }}
      </Loaded>
    </PageFrame>
  )
}

/** With `?from=` roles and terms of another, with `?edit=` the draft itself. */
function RequestFrom({ id, isEdit }: { readonly id: string; readonly isEdit: boolean }) {
  const { data, error } = useRelationship(id)
  if (data === undefined)
    return (
      <PageFrame
        title={t(isEdit ? 'gdap.new.edit' : 'gdap.new.title')}
        trail={<AppLink to="/gdap/relationships">{t('gdap.title')}</AppLink>}
      >
        {error === null ? <Skeleton lines={10} /> : <Problem error={error} />}
      </PageFrame>
    )
  if (isEdit && data.status !== 'created')
    return (
      <PageFrame title={t('gdap.new.edit')} trail={<AppLink to="/gdap/relationships">{t('gdap.title')}</AppLink>}>
        <Empty
          text={`${t('gdap.new.noDraft')} ${reasonAgainst(data, 'delete') ?? ''}`}
          action={<AppLink to={`/gdap/relationships/${id}`}>{data.displayName ?? id}</AppLink>}
        />
      </PageFrame>
    )
  const from = isEdit ? {} : { from: data.displayName ?? id }
  return <Request start={{ key: id, draft: draftLike(data, isEdit), ...from }} edited={isEdit ? data : undefined} />
}

export default function RequestPage() {
  useLanguage()
  const { view } = useView()
  const id = view['edit'] ?? view['from']
  if (id === undefined) return <Request start={{ key: 'empty', draft: emptyDraft }} edited={undefined} />
  return <RequestFrom key={id} id={id} isEdit={view['edit'] !== undefined} />
}
