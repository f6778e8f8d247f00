/** The clock below its pill. */
import { t } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { useShared } from '../../kit/styles.ts'
import { ClockPanel } from './ClockPanel.tsx'
import { useFixedReason, useMover } from './clock.ts'

export default function ClockPopover({ onClose }: { readonly onClose: () => void }) {
  const shared = useShared()
  const mover = useMover()
  const fixed = useFixedReason()
  return (
    <div className={shared.column}>
      {fixed !== undefined && <div className={shared.soft}>{fixed}</div>}
      <ClockPanel mover={mover} fixed={fixed} isShort />
      <div>
        <AppLink to="/clock" inline onFollow={onClose}>
          {t('when.whole')}
        </AppLink>
      </div>
    </div>
  )
}
