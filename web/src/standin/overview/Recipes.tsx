/** "Call it": a program in each language that calls this server, to copy; and the first call made here. */
import { makeStyles, mergeClasses, Select, Tab, TabList, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { act } from '../../data/action.ts'
import { graph } from '../../data/plan.ts'
import { useSession } from '../../data/session.ts'
import { t } from '../../i18n/t.ts'
import { CopyButton } from '../../kit/CopyId.tsx'
import { keepText, keptText } from '../../kit/kept.ts'
import { useShared } from '../../kit/styles.ts'
import { useView } from '../../kit/view.ts'
import recipesJson from '../recipes.json'
import { filledIn, type Recipe, wholeText } from '../recipes.ts'
import { RunHere } from './RunHere.tsx'

const recipes: readonly Recipe[] = recipesJson
const storageKey = 'relata.recipe'

const useStyles = makeStyles({
  head: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM, flexWrap: 'wrap' },
  tabs: { flexWrap: 'wrap', '@media (max-width: 640px)': { display: 'none' } },
  select: { display: 'none', '@media (max-width: 640px)': { display: 'inline-flex' } },
  block: {
    position: 'relative',
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
    marginTop: tokens.spacingVerticalS,
  },
  code: {
    margin: 0,
    padding: tokens.spacingHorizontalM,
    paddingRight: tokens.spacingHorizontalXXXL,
    overflow: 'auto',
    maxHeight: '320px',
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
  },
  copy: { position: 'absolute', top: '4px', right: '4px' },
  foot: { marginTop: tokens.spacingVerticalM },
})

function remembered(): string {
  return keptText('browser', storageKey) ?? 'curl'
}

export function Recipes() {
  const styles = useStyles()
  const shared = useShared()
  const { view, set } = useView()
  const { world } = useSession()
  const [first] = useState(remembered)
  const chosen = view['recipe'] ?? first
  const recipe = recipes.find(({ id }) => id === chosen) ?? (recipes[0] as Recipe)
  const filled = filledIn(recipe, { origin: location.origin, world })
  const choose = (id: string): void => {
    keepText('browser', storageKey, id)
    set({ recipe: id })
  }
  return (
    <section className={shared.card} aria-labelledby="overview-call">
      <div className={styles.head}>
        <h2 id="overview-call" className={mergeClasses(shared.paneTitle, shared.grow)}>
          {t('overview.call')}
        </h2>
        <Select
          className={styles.select}
          aria-label={t('overview.language')}
          value={recipe.id}
          onChange={(_, { value }) => choose(value)}
        >
          {recipes.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </Select>
      </div>
      <TabList
        className={styles.tabs}
        size="small"
        selectedValue={recipe.id}
        aria-label={t('overview.language')}
        onTabSelect={(_, { value }) => choose(String(value))}
      >
        {recipes.map(({ id, title }) => (
          <Tab key={id} value={id}>
            {title}
          </Tab>
        ))}
      </TabList>
      <div className={styles.block}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys. */}
        <pre className={styles.code} role="region" aria-label={recipe.title} tabIndex={0} data-scrolls="">
          {wholeText(filled)}
        </pre>
        <div className={styles.copy}>
          <CopyButton text={wholeText(filled)} what={recipe.title} />
        </div>
      </div>
      {world !== 'default' && (
        <p className={mergeClasses(shared.small, shared.soft)}>
          {t('overview.worldHeader')} <code className={shared.mono}>relata-world: {world}</code>
        </p>
      )}
      <div className={styles.foot}>
        <RunHere key={recipe.id} recipeId={recipe.id} />
      </div>
    </section>
  )
}

/** For the first steps: a request that is refused, of an application that may only read. */
export async function seeRefusal(tenant: { id: string; name: string; domain: string }): Promise<string | undefined> {
  const plan = graph('POST', '/termStore/groups', {
    body: { displayName: t('overview.step.refusedName') },
    headers: { 'client-request-id': crypto.randomUUID() },
  })
  const reader = { kind: 'app', id: '4e1a7a00-0000-4000-8000-00000000a99e', name: 'Relata reader' } as const
  const { Problem: Refused } = await import('../../data/problem.ts')
  try {
    await act(plan, { acting: { tenant, caller: reader } })
    return undefined
  } catch (error) {
    if (error instanceof Refused) return error.requestId
    throw error
  }
}
