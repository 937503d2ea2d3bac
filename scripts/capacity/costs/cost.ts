/** What one of something costs, and how that is known. */
export interface Cost {
  readonly value: number
  readonly unit: string
  readonly about: string
  readonly source: Source
}

export type Source =
  | { readonly kind: 'measured'; readonly row: string }
  | { readonly kind: 'assumed'; readonly why: string }
