/** What goes wrong on purpose: rules, ready ones, trying them, and scenarios as files (P17). */
import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  MessageBar,
  MessageBarBody,
} from '@fluentui/react-components'
import { useState } from 'react'
import { act, asProblem, useAction } from '../data/action.ts'
import { invalidate } from '../data/invalidate.ts'
import { queryClient } from '../data/query.ts'
import { ask } from '../data/send.ts'
import { t } from '../i18n/t.ts'
import { Empty } from '../kit/Empty.tsx'
import { AddRegular, ArrowDownloadRegular } from '../kit/icons.ts'
import { useCommands } from '../kit/keys/commands.ts'
import { Loaded } from '../kit/Loaded.tsx'
import { PageFrame } from '../kit/PageFrame.tsx'
import { Problem } from '../kit/Problem.tsx'
import { FileDrop, saveFile } from '../kit/parts/FileDrop.tsx'
import { RequestPreview } from '../kit/RequestPreview.tsx'
import { useShared } from '../kit/styles.ts'
import { addAllPlan, addPlan, clearPlan, removePlan, rulesPlan, scenarioPlan, touches, useRules } from './faults/api.ts'
import { RuleEditor } from './faults/RuleEditor.tsx'
import { RuleTable } from './faults/RuleTable.tsx'
import { type ReadyRule, readyRules } from './faults/ready.ts'
import { givenRule, type ShownRule } from './faults/rule.ts'
import { filePlan } from './faults/scenario-file.ts'

function ReadyMenu({ onAdd }: { readonly onAdd: (ready: ReadyRule) => void }) {
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button>{t('fault.ready')}</Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {readyRules.map((ready) => (
            <MenuItem key={ready.text} onClick={() => onAdd(ready)}>
              {t(ready.text)}
            </MenuItem>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}

export default function FaultsPage() {
  const shared = useShared()
  const read = useRules()
  const { problem, run, clear } = useAction()
  const [failure, setFailure] = useState<string | undefined>()
  /** `new`, or the rule that is edited. */
  const [edited, setEdited] = useState<ShownRule | 'new' | undefined>()
  const rules = read.data?.value ?? []
  const close = (): void => {
    setEdited(undefined)
    document.getElementById('fault-add')?.focus()
  }
  const addReady = async ({ text, rule }: ReadyRule): Promise<void> => {
    const made = { id: '' }
    const undo = () => act(removePlan(made.id), { touches })
    const sent = await run(addPlan(rule), { touches, done: t('fault.added', { name: t(text) }), undo })
    if (sent !== undefined) made.id = sent.body.id
  }
  const addScenario = async (file: File): Promise<void> => {
    setFailure(undefined)
    const { name } = file
    try {
      const plan = filePlan(await file.text())
      const ids = rules.map(({ id }) => id)
      const undo = async (): Promise<void> => {
        const { value } = await ask(rulesPlan)
        await Promise.all(value.filter(({ id }) => !ids.includes(id)).map(({ id }) => ask(removePlan(id))))
        invalidate(queryClient, touches)
      }
      await run(plan, { touches, done: t('fault.file.added', { name }), undo })
    } catch (error) {
      setFailure(t('fault.file.wrong', { name, why: asProblem(error, rulesPlan).message }))
    }
  }
  const removeAll = (): void => {
    const given = rules.map(givenRule)
    const n = given.length
    const undo = () => act(addAllPlan({ rules: given }), { touches })
    void run(clearPlan, { touches, done: t('fault.cleared', { n }), undo })
  }
  const download = async (): Promise<void> => {
    const scenario = await ask(scenarioPlan)
    const content = JSON.stringify({ $schema: './faults-1.schema.json', ...scenario }, null, 2)
    saveFile('faults.json', new Blob([`${content}\n`], { type: 'application/json' }))
  }
  useCommands([
    { id: 'fault-add', words: t('fault.add'), run: () => setEdited('new') },
    ...readyRules.map((ready) => ({
      id: ready.text,
      words: t('fault.addReady', { name: t(ready.text) }),
      run: () => void addReady(ready),
    })),
    ...(rules.length === 0 ? [] : [{ id: 'fault-clear', words: t('fault.clear'), run: removeAll }]),
  ])
  return (
    <PageFrame
      title={t('nav.faults')}
      tools={
        <>
          <Button
            id="fault-add"
            appearance={edited === undefined ? 'primary' : 'secondary'}
            icon={<AddRegular />}
            onClick={() => setEdited('new')}
          >
            {t('fault.add')}
          </Button>
          <ReadyMenu onAdd={(ready) => void addReady(ready)} />
          <RequestPreview plans={() => [rulesPlan, scenarioPlan]} />
        </>
      }
    >
      <div className={shared.column}>
        {edited !== undefined && (
          <RuleEditor
            key={edited === 'new' ? 'new' : edited.id}
            edited={edited === 'new' ? undefined : edited}
            onClose={close}
          />
        )}
        {problem !== undefined && <Problem error={problem} onClose={clear} />}
        {failure !== undefined && (
          <MessageBar intent="error" layout="multiline" role="alert">
            <MessageBarBody>{failure}</MessageBarBody>
          </MessageBar>
        )}
        <Loaded read={read}>
          {({ value }) =>
            value.length === 0 ? (
              <Empty
                text={t('fault.none')}
                action={
                  <Button onClick={() => void addReady(readyRules[0] as ReadyRule)}>{t('fault.addThrottled')}</Button>
                }
                command="relata --faults faults.json"
              />
            ) : (
              <RuleTable rules={value} onEdit={setEdited} />
            )
          }
        </Loaded>
        <div className={shared.row}>
          {rules.length > 0 && (
            <>
              <Button icon={<ArrowDownloadRegular />} onClick={() => void download()}>
                {t('fault.file.save')}
              </Button>
              <Button onClick={removeAll}>{t('fault.clear')}</Button>
            </>
          )}
        </div>
        <FileDrop
          action={t('fault.file.add')}
          text={t('fault.file.text')}
          accept=".json,.yaml,.yml,application/json,application/yaml"
          onFile={(file) => void addScenario(file)}
        />
      </div>
    </PageFrame>
  )
}
