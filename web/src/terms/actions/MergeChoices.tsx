/** Of a merge: which of two descriptions stays, and whether children with one label are merged as well. */
import { Checkbox, makeStyles, Radio, RadioGroup, tokens } from '@fluentui/react-components'
import { t } from '../../i18n/t.ts'
import type { DryRun } from '../api.ts'
import { languageName } from '../tree/Toolbar.tsx'
import { isOfLikeChildren, type Merging } from './merging.ts'

const useStyles = makeStyles({
  group: { border: 'none', margin: 0, padding: 0, minWidth: 0 },
  legend: { padding: 0, fontWeight: tokens.fontWeightSemibold },
})

interface MergeChoicesProps {
  readonly merging: Merging
  /** What the server says of the merge. */
  readonly plan: DryRun | undefined
}

export function MergeChoices({ merging, plan }: MergeChoicesProps) {
  const { differences, taken, take, mergesChildren, setMergesChildren } = merging
  const styles = useStyles()
  return (
    <>
      {differences.map(({ languageTag, kept, other }) => {
        const title = t('actions.merge.differ', { language: languageName(languageTag) })
        return (
          <fieldset key={languageTag} className={styles.group}>
            <legend className={styles.legend}>{title}</legend>
            <RadioGroup
              aria-label={title}
              value={taken.has(languageTag) ? 'take' : 'keep'}
              onChange={(_, { value }) => take(languageTag, value === 'take')}
            >
              <Radio value="keep" label={t('actions.merge.keep', { text: kept })} />
              <Radio value="take" label={t('actions.merge.take', { text: other })} />
            </RadioGroup>
          </fieldset>
        )
      })}
      {(mergesChildren || plan?.refusals.some(isOfLikeChildren)) && (
        <Checkbox
          checked={mergesChildren}
          label={t('actions.merge.children')}
          onChange={(_, { checked }) => setMergesChildren(checked === true)}
        />
      )}
    </>
  )
}
