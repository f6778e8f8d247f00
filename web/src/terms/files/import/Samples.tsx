/** What files look like, for somebody who has a list of their own. */
import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { maybeText, t } from '../../../i18n/t.ts'
import { CopyButton } from '../../../kit/CopyId.tsx'
import { ArrowDownloadRegular } from '../../../kit/icons.ts'
import { useShared } from '../../../kit/styles.ts'
import { download } from '../download.ts'
import { type Sample, samples } from './samples.ts'

const useStyles = makeStyles({
  root: {
    padding: `0 ${tokens.spacingHorizontalXXL} ${tokens.spacingVerticalXXL}`,
    '@media (max-width: 640px)': { padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalL}` },
  },
  list: {
    listStyle: 'none',
    margin: `${tokens.spacingVerticalM} 0 0`,
    padding: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalL,
  },
  name: { margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
  text: {
    margin: `${tokens.spacingVerticalXS} 0 0`,
    padding: tokens.spacingHorizontalS,
    overflowX: 'auto',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground2,
  },
})

function OneSample({ name, file, text }: Sample) {
  const styles = useStyles()
  const shared = useShared()
  return (
    <li>
      <div className={shared.row}>
        <h3 className={styles.name}>{maybeText(`termimport.sample.${name}`)}</h3>
        <CopyButton text={text} what={file} />
        <Button
          size="small"
          appearance="subtle"
          icon={<ArrowDownloadRegular />}
          aria-label={t('termimport.sampleDownload', { name: file })}
          title={t('termimport.sampleDownload', { name: file })}
          onClick={() => download(new Blob([text], { type: 'text/plain' }), file)}
        />
      </div>
      <div>{maybeText(`termimport.sampleLine.${name}`)}</div>
      <pre
        className={mergeClasses(shared.mono, styles.text)}
        role="region"
        aria-label={file}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
        tabIndex={0}
      >
        {text}
      </pre>
    </li>
  )
}

export function Samples() {
  const styles = useStyles()
  const shared = useShared()
  return (
    <section className={styles.root} aria-label={t('termimport.samples')}>
      <h2 className={shared.paneTitle}>{t('termimport.samples')}</h2>
      <ul className={styles.list}>
        {samples.map((sample) => (
          <OneSample key={sample.name} {...sample} />
        ))}
      </ul>
    </section>
  )
}
