/** Which templates, which groups get their roles, and the terms. */
import { Checkbox, Field, Input, makeStyles, mergeClasses, Switch, tokens } from '@fluentui/react-components'
import { t } from '../../../i18n/t.ts'
import { Skeleton } from '../../../kit/Skeleton.tsx'
import { useShared } from '../../../kit/styles.ts'
import { useRoles } from '../../api.ts'
import { type Bundle, bundleName, packName } from '../../bundles.ts'
import { PrivilegedSign, RoleName } from '../../RoleName.tsx'
import { chosenIn, type Draft } from '../draft.ts'
import { GroupsChoice } from './GroupsChoice.tsx'

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)',
    gap: tokens.spacingHorizontalXXXL,
    alignItems: 'start',
    '@media (max-width: 1023px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  pack: { border: 'none', margin: 0, padding: 0, minWidth: 0 },
  legend: { padding: 0, fontWeight: tokens.fontWeightSemibold },
  inPack: { paddingLeft: tokens.spacingHorizontalL },
  roles: { listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: tokens.spacingVerticalXXS },
  short: { maxWidth: '200px' },
  head: { margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
})

export interface StepProps {
  readonly draft: Draft
  readonly put: (change: Partial<Draft>) => void
  /** All there are; empty: not read yet. */
  readonly bundles: readonly Bundle[]
}

/** A pack as a whole, and its templates one by one. */
function Pack({ pack, draft, put, bundles }: StepProps & { readonly pack: string }) {
  const styles = useStyles()
  const own = bundles.filter((bundle) => bundle.pack === pack)
  const chosen = own.filter(({ id }) => draft.templates.includes(id))
  const change = (ids: readonly string[], isOn: boolean): void => {
    const others = draft.templates.filter((id) => !ids.includes(id))
    put({ templates: isOn ? [...others, ...ids] : others })
  }
  const boxes = own.map((bundle) => (
    <div key={bundle.id} className={own.length > 1 ? styles.inPack : ''}>
      <Checkbox
        checked={draft.templates.includes(bundle.id)}
        label={t('templates.one', {
          name: bundleName(bundle),
          roles: t('gdap.rolesCount', { n: bundle.roles.length }),
        })}
        onChange={(_, { checked }) => change([bundle.id], checked === true)}
      />
    </div>
  ))
  if (own.length === 1) return boxes
  return (
    <fieldset className={styles.pack}>
      <legend className={styles.legend}>
        <Checkbox
          checked={chosen.length === own.length ? true : chosen.length > 0 ? 'mixed' : false}
          label={packName(pack)}
          onChange={(_, { checked }) =>
            change(
              own.map(({ id }) => id),
              checked === true,
            )
          }
        />
      </legend>
      {boxes}
    </fieldset>
  )
}

function RolesOf({ bundles }: { readonly bundles: readonly Bundle[] }) {
  const styles = useStyles()
  const shared = useShared()
  const roles = useRoles()
  const isAnyPrivileged = bundles.some((bundle) => bundle.roles.some(({ id }) => roles.get(id)?.isPrivileged === true))
  return (
    <>
      {bundles.map((bundle) => (
        <section key={bundle.id} aria-label={bundleName(bundle)}>
          <h3 className={mergeClasses(styles.head, shared.small)}>{bundleName(bundle)}</h3>
          <ul className={styles.roles}>
            {bundle.roles.map(({ id, name }) => (
              <li key={id}>
                <RoleName id={name} role={roles.get(id)} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {isAnyPrivileged && (
        <div className={mergeClasses(shared.row, shared.small, shared.soft)}>
          <PrivilegedSign /> {t('templates.privileged')}
        </div>
      )}
    </>
  )
}

function Terms({ draft, put }: Pick<StepProps, 'draft' | 'put'>) {
  const styles = useStyles()
  const shared = useShared()
  const days = Number(draft.days)
  const isBad = !/^\d{1,3}$/.test(draft.days) || days < 1 || days > 730
  return (
    <section aria-labelledby="templates-terms" className={shared.column}>
      <h3 id="templates-terms" className={styles.head}>
        {t('gdap.terms')}
      </h3>
      <Field
        className={styles.short}
        label={t('templates.days')}
        {...(isBad ? { validationMessage: t('gdap.new.durationBad'), validationState: 'error' as const } : {})}
      >
        <Input
          value={draft.days}
          inputMode="numeric"
          autoComplete="off"
          onChange={(_, { value }) => put({ days: value.trim() })}
        />
      </Field>
      <div>
        <Switch
          label={t('gdap.new.extendOn')}
          checked={draft.isExtended}
          onChange={(_, { checked }) => put({ isExtended: checked })}
        />
        <Switch
          label={t('templates.send')}
          checked={draft.isSent}
          onChange={(_, { checked }) => put({ isSent: checked })}
        />
        <Switch
          label={t('templates.askAgain')}
          checked={draft.asksAgain}
          onChange={(_, { checked }) => put({ asksAgain: checked })}
        />
      </div>
    </section>
  )
}

export function TemplatesStep(props: StepProps) {
  const { draft, bundles } = props
  const styles = useStyles()
  const shared = useShared()
  if (bundles.length === 0) return <Skeleton lines={10} />
  const chosen = chosenIn(draft, bundles)
  const packs = [...new Set(bundles.map(({ pack }) => pack))]
  return (
    <div className={styles.columns}>
      <div className={shared.column}>
        <div className={shared.soft}>{t('templates.intro')}</div>
        <div role="group" aria-label={t('templates.step.templates')}>
          {packs.map((pack) => (
            <Pack key={pack} pack={pack} {...props} />
          ))}
        </div>
      </div>
      <div className={shared.column}>
        <GroupsChoice {...props} bundles={chosen} />
        <Terms {...props} />
        {chosen.length === 0 ? (
          <div className={shared.soft}>{t('templates.fault.none')}</div>
        ) : (
          <RolesOf bundles={chosen} />
        )}
      </div>
    </div>
  )
}
