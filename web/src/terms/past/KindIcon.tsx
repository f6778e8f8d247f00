/** A group, a set, a term or a relation as a picture, with its name for those who do not see it. */
import { makeStyles, tokens } from '@fluentui/react-components'
import { maybeText } from '../../i18n/t.ts'
import { FolderRegular, LinkRegular, TagMultipleRegular, TagRegular } from '../../kit/icons.ts'

const icons = { group: FolderRegular, set: TagMultipleRegular, term: TagRegular, relation: LinkRegular } as const

const useStyles = makeStyles({
  root: {
    display: 'inline-flex',
    fontSize: '16px',
    color: tokens.colorNeutralForeground3,
    verticalAlign: 'text-bottom',
  },
})

export function kindText(kind: string | undefined): string {
  return maybeText(`termpages.kind.${kind}`) ?? kind ?? ''
}

export function KindIcon({ kind }: { readonly kind: string | undefined }) {
  const styles = useStyles()
  const Icon = icons[kind as keyof typeof icons] ?? TagRegular
  return (
    <span className={styles.root} role="img" aria-label={kindText(kind)}>
      <Icon />
    </span>
  )
}
