/** What follows of the settings of deliveries. */
import { expect, it } from 'vitest'
import { deliverySettingsOf } from './delivery-flags.ts'

it('a registry holds back slow receivers unless it is told not to, and a stand-in when it is told to', () => {
  const throttles = (registry: boolean, graphThrottling?: boolean) =>
    deliverySettingsOf({ registry, graphThrottling }).throttles
  expect([throttles(true), throttles(true, false), throttles(false), throttles(false, true)]).toEqual([
    ...[true, false, false, true],
  ])
})
