/** How a term may be used: for tagging, in use at all, and in which sets it is. Each control acts at once and can be undone. */
import { Button, makeStyles, Tooltip, tokens } from '@fluentui/react-components'
import { type Action, useAction } from '../../../data/action.ts'
import { graph, type RequestPlan } from '../../../data/plan.ts'
import { t } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { Problem } from '../../../kit/Problem.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { Skeleton } from '../../../kit/Skeleton.tsx'
import { useShared } from '../../../kit/styles.ts'
import { type KnownTerm, termPath } from '../api.ts'
import { touchesTerm } from '../draft/termDraft.ts'
import { Section } from '../form/Section.tsx'
import { SwitchRow } from '../form/SwitchRow.tsx'
import { TermRef } from '../names/TermRef.tsx'
import { kindName, type NamedPlace, placeAddress, usePlaces } from './places.ts'
import { TermPicker } from './TermPicker.tsx'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXL, maxWidth: '960px' },
  places: { listStyleType: 'none', margin: 0, padding: 0, width: '100%' },
  place: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 0.7fr) auto',
    columnGap: tokens.spacingHorizontalM,
    alignItems: 'center',
    minHeight: '40px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    '@container (max-width: 560px)': { gridTemplateColumns: '1fr', paddingBlock: tokens.spacingVerticalS },
  },
  cell: { overflowWrap: 'anywhere', minWidth: 0 },
  tools: {
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'flex-end',
    '@container (max-width: 560px)': { justifyContent: 'flex-start', marginLeft: `-${tokens.spacingHorizontalS}` },
  },
})

interface UsageProps {
  readonly term: KnownTerm
  readonly setId: string
  readonly name: string
  readonly language: string
  readonly usual: string
  /** Why nothing can be changed; undefined: it can. */
  readonly readOnlyWhy: string | undefined
}

export function Usage(props: UsageProps) {
  const styles = useStyles()
  const action = useAction()
  return (
    <div className={styles.root}>
      {action.problem !== undefined && <Problem error={action.problem} onClose={action.clear} />}
      <Tagging {...props} action={action} />
      <Deprecation {...props} action={action} />
      <MemberOf {...props} action={action} />
    </div>
  )
}

type PartProps = UsageProps & { readonly action: Action }

function Tagging({ term, setId, name, readOnlyWhy, action }: PartProps) {
  const { isAvailableForTagging, kind } = term['@relata.occurrence']
  const why = kind === 'mirror' ? t('usage.mirror') : readOnlyWhy
  const plan = graph('POST', `${termPath(setId, term.id)}/relata.setAvailableForTagging`, {
    body: { value: !isAvailableForTagging },
  })
  return (
    <Section title={t('usage.tagging')} hint={t('usage.taggingHint')}>
      <SwitchRow
        label={t('usage.available')}
        isOn={isAvailableForTagging}
        why={why}
        plan={plan}
        onChange={() =>
          void action.run(plan, {
            done: t(isAvailableForTagging ? 'usage.notAvailable.done' : 'usage.available.done', { name }),
            touches: touchesTerm,
          })
        }
      />
    </Section>
  )
}

function Deprecation({ term, setId, name, readOnlyWhy, action }: PartProps) {
  const shared = useShared()
  const { isDeprecated, replacedBy } = term['@relata.state']
  const { kind } = term['@relata.occurrence']
  const path = termPath(setId, term.id)
  const why = kind === 'mirror' || kind === 'pin' ? t('usage.pinned') : readOnlyWhy
  const toggle = isDeprecated
    ? graph('POST', `${path}/relata.undeprecate`, { body: {} })
    : graph('POST', `${path}/relata.deprecate`, { body: {} })
  const replace = (id: string | null): RequestPlan =>
    graph('POST', `${path}/relata.deprecate`, { body: { replacedBy: id } })
  return (
    <Section title={t('usage.deprecation')} hint={t('usage.deprecationHint')}>
      <SwitchRow
        label={t('usage.deprecated')}
        isOn={isDeprecated}
        why={why}
        plan={toggle}
        onChange={() =>
          void action.run(toggle, {
            done: t(isDeprecated ? 'usage.undeprecated.done' : 'usage.deprecated.done', { name }),
            touches: touchesTerm,
          })
        }
      />
      {isDeprecated && (
        <div className={shared.row}>
          <span>{t('usage.replacedBy')}</span>
          <TermRef id={replacedBy ?? ''} />
          {why === undefined && (
            <TermPicker
              label={t('usage.chooseSuccessor')}
              except={term.id}
              onPick={(id, label) =>
                void action.run(replace(id), { done: t('usage.replaced.done', { name, label }), touches: touchesTerm })
              }
            />
          )}
          {why === undefined && replacedBy !== null && (
            <Button
              size="small"
              onClick={() =>
                void action.run(replace(null), { done: t('usage.noSuccessor.done', { name }), touches: touchesTerm })
              }
            >
              {t('usage.noSuccessor')}
            </Button>
          )}
        </div>
      )}
    </Section>
  )
}

function MemberOf({ term, name, language, usual, readOnlyWhy, action }: PartProps) {
  const styles = useStyles()
  const { places, error, more, again } = usePlaces(term.id, language, usual)
  return (
    <Section title={t('usage.memberOf')}>
      {error !== null && <Problem error={error} onRetry={again} />}
      {places === undefined ? (
        error === null && <Skeleton lines={3} />
      ) : (
        <ul className={styles.places} aria-label={t('usage.memberOf')}>
          {places.map((place) => (
            <PlaceRow
              key={`${place.setId} ${place.trail.join(' ')}`}
              {...{ place, term, name, action, readOnlyWhy }}
              isPinned={places.some(({ kind }) => kind === 'pin')}
            />
          ))}
        </ul>
      )}
      {more > 0 && <p>{t('relations.more', { n: more })}</p>}
    </Section>
  )
}

interface PlaceRowProps {
  readonly place: NamedPlace
  readonly term: KnownTerm
  readonly name: string
  readonly action: Action
  readonly readOnlyWhy: string | undefined
  /** Anywhere. */
  readonly isPinned: boolean
}

function PlaceRow({ place, term, name, action, readOnlyWhy, isPinned }: PlaceRowProps) {
  const styles = useStyles()
  const { homeSetId } = term['@relata.occurrence']
  const remove = graph('DELETE', termPath(place.setId, term.id))
  const reassign = graph('POST', `${termPath(homeSetId, term.id)}/relata.reassignSource`, {
    body: { set: place.setId },
  })
  const trail = place.trail.slice(0, -1).join(' > ')
  const isShared = place.kind === 'reuse' || place.kind === 'pin'
  const whyNoSource = place.kind === 'pin' ? t('usage.why.pin') : isPinned ? t('usage.why.pinned') : readOnlyWhy
  return (
    <li className={styles.place}>
      <div className={styles.cell}>
        <AppLink to={placeAddress(place, term.id)}>{trail}</AppLink>
      </div>
      <div className={styles.cell}>
        {kindName(place.kind)}
        {!place.isAvailable && ` · ${t('usage.notForTagging')}`}
      </div>
      <div className={styles.cell}>
        {isShared && (
          <div className={styles.tools}>
            <PlaceButton
              text={t('usage.makeSource')}
              name={t('usage.makeSourceNamed', { place: trail })}
              why={whyNoSource}
              onClick={() =>
                void action.run(reassign, {
                  done: t('usage.source.done', { name, set: place.setName }),
                  touches: touchesTerm,
                })
              }
            />
            <PlaceButton
              text={t('usage.removeHere')}
              name={t('usage.removeHereNamed', { place: trail })}
              why={readOnlyWhy}
              onClick={() =>
                void action.run(remove, {
                  done: t('usage.removed.done', { name, set: place.setName }),
                  touches: touchesTerm,
                })
              }
            />
            <RequestPreview plans={() => (whyNoSource === undefined ? [reassign, remove] : [remove])} />
          </div>
        )}
      </div>
    </li>
  )
}

interface PlaceButtonProps {
  readonly text: string
  /** With the place. */
  readonly name: string
  readonly why: string | undefined
  readonly onClick: () => void
}

function PlaceButton({ text, name, why, onClick }: PlaceButtonProps) {
  return (
    <Tooltip content={why ?? name} relationship="description">
      <Button
        size="small"
        appearance="subtle"
        aria-label={name}
        disabledFocusable={why !== undefined}
        onClick={() => {
          if (why === undefined) onClick()
        }}
      >
        {text}
      </Button>
    </Tooltip>
  )
}
