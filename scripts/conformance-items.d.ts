export interface ConformanceItem {
  readonly id: string
  readonly strength: 'must' | 'should' | 'may'
  readonly asks: string
  readonly graph: string
  readonly state: 'yes' | 'most' | 'no'
  readonly we: string
}
export declare const items: readonly ConformanceItem[]
export declare const levels: Readonly<Record<string, string>>
