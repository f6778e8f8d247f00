/** In which world the pages are; another one is another address. */
import {
  Button,
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  mergeClasses,
} from '@fluentui/react-components'
import { useSession } from '../../data/session.ts'
import { t } from '../../i18n/t.ts'
import { ArrowResetRegular, BranchForkRegular, DatabaseRegular } from '../../kit/icons.ts'
import { useCommands } from '../../kit/keys/commands.ts'
import { useGo } from '../../kit/view.ts'
import { forkWorld, freeName, onceByPill, resetWorld, runWithToast } from '../worlds/actions.ts'
import { useWorlds } from '../worlds/api.ts'
import { usePills } from './pills.ts'

/** The same page in another world. The document is loaded anew, as nothing of this world may stay. */
export function worldAddress(world: string): string {
  const address = new URL(location.href)
  if (world === 'default') address.searchParams.delete('world')
  else address.searchParams.set('world', world)
  return address.href
}

export function WorldPill() {
  const pills = usePills()
  const go = useGo()
  const { world } = useSession()
  const { data } = useWorlds()
  const worlds = data?.value ?? [{ id: world }]
  const fork = async (): Promise<void> => {
    const id = freeName(world, new Set(worlds.map((one) => one.id)))
    const made = await onceByPill(() => forkWorld(runWithToast, { id, from: world }))
    if (made !== undefined) location.assign(worldAddress(made))
  }
  const reset = () => void onceByPill(() => resetWorld(runWithToast, world))
  useCommands(
    [
      { id: 'world-fork', words: t('world.fork'), run: () => void fork() },
      { id: 'world-reset', words: t('world.reset'), run: reset },
      ...worlds
        .filter(({ id }) => id !== world)
        .map(({ id }) => ({
          id: `world ${id}`,
          words: t('world.switch', { world: id }),
          run: () => location.assign(worldAddress(id)),
        })),
    ],
    true,
  )
  return (
    <Menu
      checkedValues={{ world: [world] }}
      onCheckedValueChange={(_, { checkedItems }) => {
        const [chosen] = checkedItems
        if (chosen !== undefined && chosen !== world) location.assign(worldAddress(chosen))
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button
          className={mergeClasses(pills.pill, world !== 'default' && pills.amber)}
          appearance={world === 'default' ? 'subtle' : 'outline'}
          icon={<DatabaseRegular />}
          aria-label={t('world.label', { world })}
        >
          <span className={pills.words}>{t('world.pill', { world })}</span>
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {worlds.map(({ id }) => (
            <MenuItemRadio key={id} name="world" value={id}>
              {id}
            </MenuItemRadio>
          ))}
          <MenuDivider />
          <MenuItem icon={<BranchForkRegular />} onClick={() => void fork()}>
            {t('world.fork')}
          </MenuItem>
          <MenuItem icon={<ArrowResetRegular />} onClick={reset}>
            {t('world.reset')}
          </MenuItem>
          <MenuItem onClick={() => go('/worlds')}>{t('world.manage')}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
