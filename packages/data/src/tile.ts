import { type TensorOf, tensor } from '@vae/tensor'

/** How `tile` lays out a sheet. */
export interface TileOptions {
  /** Images per row of the sheet, at least 1. */
  readonly columns: number
  /** Pixels between neighbouring images; 1 if left out. */
  readonly gap?: number
  /** The value of pixels that no image covers, 0 (black, the default) to 255 (white). */
  readonly background?: number
}

const checkWhole = (operation: string, name: string, value: number, least: number): void => {
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(
      `${operation}: expected ${name} to be a whole number of at least ${least}, got ${value}`,
    )
}

/**
 * Lays `N` greyscale images `[N, H, W]` out in a sheet, row by row from the top left, as `[rows·H + gaps,
 * columns·W + gaps]`. There is no gap around the sheet, and cells left over in the last row show the background.
 * Throws a `RangeError` if `columns` or `gap` is no whole number in range.
 *
 * @example
 * ```ts
 * tile(images, { columns: 10, gap: 2 }).shape // → [298, 298]
 * ```
 */
export const tile = <N extends number, H extends number, W extends number>(
  images: TensorOf<[N, H, W], 'u8'>,
  { columns, gap = 1, background = 0 }: TileOptions,
): TensorOf<[number, number], 'u8'> => {
  checkWhole('tile', 'columns', columns, 1)
  checkWhole('tile', 'gap', gap, 0)
  const [count, height, width] = images.shape
  const rows = Math.ceil(count / columns)
  const sheetHeight = Math.max(0, rows * (height + gap) - gap)
  const sheetWidth = columns * (width + gap) - gap
  const sheet = new Uint8Array(sheetHeight * sheetWidth).fill(background)
  for (let image = 0; image < count; image++) {
    const top = Math.floor(image / columns) * (height + gap)
    const left = (image % columns) * (width + gap)
    for (let y = 0; y < height; y++) {
      const from = (image * height + y) * width
      sheet.set(images.data.subarray(from, from + width), (top + y) * sheetWidth + left)
    }
  }
  return tensor([sheetHeight, sheetWidth], sheet, 'u8')
}

/**
 * Repeats every pixel of a greyscale image `[H, W]` to a square of `factor` × `factor`: readable on a screen,
 * with nothing invented in between. Throws a `RangeError` if `factor` is no whole number of at least 1.
 *
 * @example
 * ```ts
 * enlarge(digit, 4).shape // → [112, 112]
 * ```
 */
export const enlarge = <H extends number, W extends number>(
  image: TensorOf<[H, W], 'u8'>,
  factor: number,
): TensorOf<[number, number], 'u8'> => {
  checkWhole('enlarge', 'factor', factor, 1)
  const [height, width] = image.shape
  const wide = width * factor
  const pixels = new Uint8Array(height * factor * wide)
  for (let y = 0; y < height; y++) {
    const row = y * factor * wide
    for (let x = 0; x < width; x++)
      pixels.fill(image.data[y * width + x]!, row + x * factor, row + (x + 1) * factor)
    for (let copy = 1; copy < factor; copy++) pixels.copyWithin(row + copy * wide, row, row + wide)
  }
  return tensor([height * factor, wide], pixels, 'u8')
}
