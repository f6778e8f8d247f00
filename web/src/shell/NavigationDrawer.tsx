/** Links to the pages, in a drawer where there is no room beside the page. */
import { Button, DrawerBody, DrawerHeader, DrawerHeaderTitle, OverlayDrawer } from '@fluentui/react-components'
import { t } from '../i18n/t.ts'
import { DismissRegular } from '../kit/icons.ts'
import { Links } from './Navigation.tsx'

export function NavigationDrawer({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  return (
    <OverlayDrawer open={isOpen} position="start" onOpenChange={(_, { open }) => !open && onClose()}>
      <DrawerHeader>
        <DrawerHeaderTitle
          action={<Button appearance="subtle" aria-label={t('close')} icon={<DismissRegular />} onClick={onClose} />}
        >
          Relata
        </DrawerHeaderTitle>
      </DrawerHeader>
      <DrawerBody>
        <nav aria-label={t('nav.label')}>
          <Links isFolded={false} inDrawer onGo={onClose} />
        </nav>
      </DrawerBody>
    </OverlayDrawer>
  )
}
