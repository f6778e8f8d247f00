/** Which groups of the partner get the roles: none are touched, one named for each role, or those chosen for each role. */
import { Dropdown, makeStyles, Option, Radio, RadioGroup, tokens } from '@fluentui/react-components'
import { listText } from '../../../i18n/format.ts'
import { t } from '../../../i18n/t.ts'
import { useShared } from '../../../kit/styles.ts'
import { type Group, useGroups } from '../../api.ts'
import { groupOfRole, mappedGroups } from '../../bundles.ts'
import { type GroupKind, groupKinds, rolesOf } from '../draft.ts'
import type { StepProps } from './TemplatesStep.tsx'

const useStyles = makeStyles({
  lines: { display: 'grid', gap: tokens.spacingVerticalS },
  line: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)',
    gap: tokens.spacingHorizontalS,
    alignItems: 'center',
    '@media (max-width: 640px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  choice: { minWidth: 0 },
  head: { margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
})

/** No roles may be given to them (events.md §7.2). */
const reserved = new Set(['all users', 'adminagents', 'helpdeskagents', 'salesagents'])

/** A line for each role of the templates. */
function ChosenGroups({ draft, put, bundles, groups }: StepProps & { readonly groups: readonly Group[] }) {
  const styles = useStyles()
  const usable = groups.filter(({ displayName }) => !reserved.has(displayName.toLowerCase()))
  return (
    <div className={styles.lines}>
      {rolesOf(bundles).map(({ id, name }) => {
        const chosen = draft.own[id] ?? []
        const names = chosen.map((one) => groups.find((group) => group.id === one)?.displayName ?? one)
        return (
          <div key={id} className={styles.line}>
            <span>{name}</span>
            <Dropdown
              className={styles.choice}
              multiselect
              aria-label={t('templates.groups.of', { role: name })}
              placeholder={t('templates.groups.choose')}
              value={listText(names)}
              selectedOptions={[...chosen]}
              onOptionSelect={(_, { selectedOptions }) => put({ own: { ...draft.own, [id]: selectedOptions } })}
            >
              {usable.map((group) => (
                <Option key={group.id} value={group.id}>
                  {group.displayName}
                </Option>
              ))}
            </Dropdown>
          </div>
        )
      })}
    </div>
  )
}

/** How many of the named groups there are, and which would be made. */
function NamedGroups({ bundles, groups }: Pick<StepProps, 'bundles'> & { readonly groups: readonly Group[] }) {
  const shared = useShared()
  const roles = rolesOf(bundles)
  const there = new Set([...mappedGroups(roles, groups).values()].flat())
  const missing = roles.filter(({ id }) => !there.has(id)).map(({ name }) => groupOfRole(name))
  if (missing.length === 0) return <div className={shared.soft}>{t('templates.groups.allThere')}</div>
  return (
    <div className={shared.soft}>
      {t('templates.groups.made', { n: missing.length })} {listText(missing)}
    </div>
  )
}

export function GroupsChoice(props: StepProps) {
  const { draft, put, bundles } = props
  const styles = useStyles()
  const shared = useShared()
  const groups = useGroups().data?.value ?? []
  return (
    <section aria-labelledby="templates-groups" className={shared.column}>
      <h3 id="templates-groups" className={styles.head}>
        {t('templates.groups')}
      </h3>
      <RadioGroup
        aria-labelledby="templates-groups"
        value={draft.groups}
        onChange={(_, { value }) => put({ groups: value as GroupKind })}
      >
        {groupKinds.map((kind) => (
          <Radio key={kind} value={kind} label={t(`templates.groups.${kind}`)} />
        ))}
      </RadioGroup>
      {draft.groups === 'named' && bundles.length > 0 && <NamedGroups bundles={bundles} groups={groups} />}
      {draft.groups === 'own' && <ChosenGroups {...props} groups={groups} />}
      {draft.groups !== 'alone' && <div className={shared.soft}>{t('templates.groups.others')}</div>}
    </section>
  )
}
