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
import { control } from '../data/plan.ts'
import { useRead } from '../data/query.ts'
import { useSession } from '../data/session.ts'
import { t } from '../i18n/t.ts'
import { DatabaseRegular } from '../kit/icons.ts'
import { useGo } from '../kit/view.ts'
import { usePills } from './pills.ts'

interface World {
  readonly id: string
}

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
  const { data } = useRead('worlds', [], control<{ readonly value: readonly World[] }>('GET', '/worlds'))
  const worlds = data?.value ?? [{ id: world }]
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
          <MenuItem onClick={() => go('/worlds')}>{t('world.manage')}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
