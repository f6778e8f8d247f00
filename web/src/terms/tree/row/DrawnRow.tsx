/** Chooses what a row looks like: an object, one that is typed or renamed, or a place that is still to be read. */
import type { RequestPlan } from '../../../data/plan.ts'
import { t } from '../../../i18n/t.ts'
import { labelIn, pathTo, type TreeModel, type TreeNode, type TreeRow } from '../../rows.ts'
import { renamePreview, type TreeUi, typedName } from '../commands.ts'
import { draftPlan, dropDraft, type FailedDraft, keepDraft, shiftDraft } from '../drafts/drafts.ts'
import { FailedRow } from './FailedRow.tsx'
import { type DropMark, OtherRow, Row } from './Row.tsx'
import { RowField } from './RowField.tsx'

/** So many rows of a branch of which nothing is read have a bar. */
const skeletons = 3

export interface Renaming {
  readonly key: string
  readonly problem?: string
  readonly text?: string
}

export function rowId(key: string): string {
  return `tree-${key.replaceAll(' ', '_')}`
}

export function namesAbove(model: TreeModel, key: string, language: string, defaultLanguage: string): string {
  return pathTo(model, key)
    .map((node) => labelIn(node, language, defaultLanguage).name)
    .join(' › ')
}

interface DrawnRowProps {
  readonly ui: TreeUi
  readonly model: TreeModel
  readonly at: TreeRow
  readonly start: number
  readonly currentKey: string | undefined
  readonly selected: ReadonlySet<string>
  readonly isActive: boolean
  readonly isCut: boolean
  readonly isChanged: boolean
  readonly drop: DropMark | undefined
  readonly renaming: Renaming | undefined
  readonly onRenamed: (node: TreeNode, name: string | undefined, hasFocus: boolean) => void
  readonly setName: (setId: string) => string
  readonly onLines: (text: string) => void
  readonly onRequest: (plans: readonly RequestPlan[]) => void
  readonly failure: FailedDraft | undefined
  readonly onFailure: (failure: FailedDraft | undefined) => void
  readonly pathOf: (parentKey: string) => string
}

function DraftRow({ ui, model, at, start, isActive, failure, onFailure, onLines, onRequest }: DrawnRowProps) {
  const parent = pathTo(model, at.parentKey).at(-1)
  const parentName = parent === undefined ? '' : labelIn(parent, ui.language, ui.defaultLanguage).name
  const name = t('tree.draft.row', { parent: parentName, level: at.level })
  return (
    <OtherRow row={at} id={rowId(at.key)} start={start} isActive={isActive} hasBar={false} name={name}>
      <RowField
        label={t('tree.draft.name')}
        text={failure?.text ?? ''}
        problem={failure?.message}
        isSelected={false}
        onEnter={(text) => void keepDraft(ui, text, true).then(onFailure)}
        onLeave={(text) => {
          // Whoever leaves it goes elsewhere: the focus stays there.
          const quiet: TreeUi = { ...ui, focus: () => undefined }
          if (text.trim() === '') ui.store.change((now) => ({ ...now, draft: undefined }))
          else void keepDraft(quiet, text, false).then(onFailure)
        }}
        onCancel={() => {
          onFailure(undefined)
          dropDraft(ui)
        }}
        onTab={(_, step) => shiftDraft(ui, step)}
        onLines={onLines}
        onRequest={(text) => model.draft !== undefined && onRequest([draftPlan(ui, model.draft, typedName(text))])}
      />
    </OtherRow>
  )
}

export function DrawnRow(props: DrawnRowProps) {
  const { ui, model, at, start, currentKey, selected, isActive, renaming, onRenamed, pathOf } = props
  const { language, defaultLanguage } = ui
  const id = rowId(at.key)
  const { node } = at
  const plain = { row: at, id, start, isActive }
  if (at.what === 'draft') return <DraftRow {...props} />
  if (at.what === 'failed') return <FailedRow {...plain} branch={model.branches.get(at.parentKey)} />
  if (node === undefined) return <OtherRow {...plain} hasBar={at.index < skeletons} />
  const label = labelIn(node, language, defaultLanguage)
  const isOther = label.languageTag !== '' && label.languageTag !== language
  const homeName = node.place === 'home' ? '' : props.setName(node.homeSetId)
  return (
    <Row
      {...plain}
      label={label.name}
      languageTag={isOther ? label.languageTag : undefined}
      lang={label.languageTag || undefined}
      homeName={homeName || undefined}
      path={pathOf(at.parentKey)}
      isCurrent={selected.size === 0 && currentKey === at.key}
      isSelected={selected.has(at.key)}
      showsChecks={selected.size > 0}
      isCut={props.isCut}
      isChanged={props.isChanged}
      drop={props.drop}
      field={
        renaming?.key === at.key ? (
          <RowField
            label={t('tree.rename.name', { name: label.name })}
            text={renaming.text ?? label.name}
            problem={renaming.problem}
            isSelected
            onEnter={(text) => onRenamed(node, text, true)}
            onLeave={(text) => onRenamed(node, text, false)}
            onCancel={() => onRenamed(node, undefined, true)}
            onRequest={(text) => props.onRequest([renamePreview(ui, node, typedName(text))])}
          />
        ) : undefined
      }
    />
  )
}
