/** A picture of a run. */
export interface Drawing {
  /** The name of its file, without the ending. */
  readonly name: string
  /** Bytes of a PNG, or the text of an SVG. */
  readonly content:
    | { readonly type: 'png'; readonly bytes: Uint8Array }
    | { readonly type: 'svg'; readonly svg: string }
  /** The picture in words, for those who do not see it. */
  readonly alt: string
  readonly caption: string
  /** Whether it needs the whole width of a page. */
  readonly isWide: boolean
}

/** The file of a drawing. */
export const fileOf = ({ name, content }: Drawing): string => `${name}.${content.type}`

/** The bytes of its file. */
export const bytesOf = ({ content }: Drawing): Uint8Array =>
  content.type === 'png' ? content.bytes : new TextEncoder().encode(content.svg)
