/** The worlds of the server: opened, copied, reset, ended. */
import {
  Badge,
  Button,
  Field,
  Input,
  makeStyles,
  mergeClasses,
  Select,
  Tooltip,
  tokens,
} from '@fluentui/react-components'
import { useState } from 'react'
import { useAction } from '../../data/action.ts'
import { useSession } from '../../data/session.ts'
import { relativeTime } from '../../i18n/format.ts'
import { t } from '../../i18n/t.ts'
import { CopyButton } from '../../kit/CopyId.tsx'
import { ArrowResetRegular, BranchForkRegular, DeleteRegular, OpenRegular } from '../../kit/icons.ts'
import { Loaded } from '../../kit/Loaded.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { TimeText } from '../../kit/TimeText.tsx'
import { endWorld, forkWorld, freeName, resetWorld } from '../../shell/worlds/actions.ts'
import { makeWorldPlan, nameFrom, useSnapshots, useWorlds, type World } from '../../shell/worlds/api.ts'
import { useRows } from './rows.ts'

const useStyles = makeStyles({
  fields: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'flex-end' },
  name: { width: '200px' },
  badge: { border: '1px solid transparent' },
})

/** The overview in another world, in a tab of its own. */
function addressIn(world: string): string {
  return world === 'default' ? '/' : `/?world=${encodeURIComponent(world)}`
}

function WorldRow({ world, names }: { readonly world: World; readonly names: ReadonlySet<string> }) {
  const rows = useRows()
  const styles = useStyles()
  const shared = useShared()
  const session = useSession()
  const { isBusy, problem, once, run, clear } = useAction()
  const { id, url, port, createdDateTime, requestCount, idleSeconds } = world
  const used = new Date(Date.now() - idleSeconds * 1000)
  const isThis = id === session.world
  const noEnd = id === 'default' ? t('worlds.noEnd') : isThis ? t('worlds.noEndThis') : undefined
  return (
    <li>
      <div className={mergeClasses(rows.row, rows.five)}>
        <span className={rows.strong}>
          {id}{' '}
          {isThis && (
            <Badge className={styles.badge} appearance="tint">
              {t('worlds.this')}
            </Badge>
          )}
          {port !== undefined && (
            <span className={shared.row}>
              <span className={mergeClasses(shared.mono, shared.soft)}>{url}</span>
              <CopyButton text={url} what={url} />
            </span>
          )}
        </span>
        <span className={shared.numbers}>{t('worlds.requests', { n: requestCount })}</span>
        <span className={shared.soft}>{t('worlds.used', { when: relativeTime(used, new Date()) })}</span>
        <span className={shared.soft}>
          {t('worlds.createdAt')} <TimeText at={createdDateTime} />
        </span>
        <span className={mergeClasses(shared.row, rows.tools)}>
          {!isThis && (
            <Button
              as="a"
              size="small"
              icon={<OpenRegular />}
              href={addressIn(id)}
              target="_blank"
              rel="noopener"
              aria-label={t('worlds.openOf', { id })}
            >
              {t('worlds.open')}
            </Button>
          )}
          <Button
            size="small"
            icon={<BranchForkRegular />}
            disabledFocusable={isBusy}
            aria-label={t('worlds.forkOf', { id })}
            onClick={() => void once(() => forkWorld(run, { id: freeName(id, names), from: id }))}
          >
            {t('worlds.fork')}
          </Button>
          <Button
            size="small"
            icon={<ArrowResetRegular />}
            disabledFocusable={isBusy}
            aria-label={t('worlds.resetOf', { id })}
            onClick={() => void once(() => resetWorld(run, id))}
          >
            {t('worlds.reset')}
          </Button>
          <Tooltip
            content={noEnd ?? t('worlds.endOf', { id })}
            relationship={noEnd === undefined ? 'label' : 'description'}
          >
            <Button
              size="small"
              appearance="subtle"
              icon={<DeleteRegular />}
              aria-label={t('worlds.endOf', { id })}
              disabledFocusable={isBusy || noEnd !== undefined}
              onClick={() => void once(() => endWorld(run, id))}
            />
          </Tooltip>
        </span>
      </div>
      {problem !== undefined && <Problem error={problem} onClose={clear} />}
    </li>
  )
}

/** Not in names of worlds and snapshots. */
const packPrefix = 'pack:'
/** Those that a world in memory can hold. */
const packs = ['contoso', 'empty', 'msp', 'msp-9k'] as const

/** A new world by name: from a world, from a snapshot, or with a pack alone. */
function NewWorld({ worlds }: { readonly worlds: readonly World[] }) {
  const styles = useStyles()
  const shared = useShared()
  const { world } = useSession()
  const snapshots = useSnapshots().data?.value ?? []
  const { isBusy, problem, once, run, clear } = useAction()
  const [id, setId] = useState('')
  const [from, setFrom] = useState(world)
  const pack = from.startsWith(packPrefix) ? from.slice(packPrefix.length) : undefined
  const wish = { ...(id === '' ? {} : { id }), ...(pack === undefined ? { from } : { seed: pack }) }
  return (
    <>
      <form
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault()
          void once(() => forkWorld(run, wish)).then((made) => made !== undefined && setId(''))
        }}
      >
        <Field label={t('worlds.name')}>
          <Input
            className={styles.name}
            value={id}
            placeholder="checkout"
            onChange={(_, { value }) => setId(nameFrom(value))}
          />
        </Field>
        <Field label={t('worlds.copyOf')}>
          <Select value={from} onChange={(_, { value }) => setFrom(value)}>
            {worlds.map((one) => (
              <option key={one.id} value={one.id}>
                {t('worlds.world', { id: one.id })}
              </option>
            ))}
            {snapshots.map(({ name }) => (
              <option key={`s ${name}`} value={name}>
                {t('worlds.snapshot', { name })}
              </option>
            ))}
            {packs.map((name) => (
              <option key={name} value={`${packPrefix}${name}`}>
                {t('worlds.pack', { name })}
              </option>
            ))}
          </Select>
        </Field>
        <span className={shared.row}>
          <Button type="submit" disabledFocusable={isBusy}>
            {t('worlds.make')}
          </Button>
          <RequestPreview plans={() => [makeWorldPlan(wish)]} />
        </span>
      </form>
      {problem !== undefined && <Problem error={problem} onClose={clear} />}
    </>
  )
}

export function WorldList() {
  const rows = useRows()
  const read = useWorlds(true)
  return (
    <Loaded read={read}>
      {({ value }) => {
        const names = new Set(value.map(({ id }) => id))
        return (
          <>
            <ul className={rows.list} aria-label={t('nav.worlds')}>
              {value.map((world) => (
                <WorldRow key={world.id} world={world} names={names} />
              ))}
            </ul>
            <NewWorld worlds={value} />
          </>
        )
      }}
    </Loaded>
  )
}
