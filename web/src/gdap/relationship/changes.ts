/** What a record of GDAP says has changed, as people read it. Pure. */
import type { DirectoryAudit } from '../../data/types.ts'

export interface Namer {
  role(id: string): string
  group(id: string): string
  instant(at: string): string
}

interface Details {
  readonly unifiedRoles?: readonly { readonly roleDefinitionId: string }[]
  readonly accessContainerId?: string
  readonly tenantId?: string
  readonly displayName?: string
}

function valueText(json: string | null | undefined, namer: Namer): string {
  if (json === null || json === undefined) return ''
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return json
  }
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT/.test(value) ? namer.instant(value) : value
  if (value === null || typeof value !== 'object') return String(value)
  const { unifiedRoles, accessContainerId, tenantId, displayName } = value as Details
  if (unifiedRoles !== undefined)
    return unifiedRoles.map(({ roleDefinitionId }) => namer.role(roleDefinitionId)).join(', ')
  if (accessContainerId !== undefined) return namer.group(accessContainerId)
  return displayName ?? tenantId ?? json
}

/** `status: pending → active`; what did not change, and the instant of the change itself, are left out. */
export function changesOf({ targetResources }: DirectoryAudit, namer: Namer): readonly string[] {
  const properties = (targetResources ?? []).flatMap((one) => one.modifiedProperties ?? [])
  return properties
    .filter(({ displayName, oldValue, newValue }) => displayName !== 'lastModifiedDateTime' && oldValue !== newValue)
    .map(({ displayName, oldValue, newValue }) => {
      const before = valueText(oldValue, namer)
      const after = valueText(newValue, namer)
      return `${displayName}: ${before === '' ? after : `${before} → ${after}`}`
    })
}
