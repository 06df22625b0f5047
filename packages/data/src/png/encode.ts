import type { TensorOf } from '@vae/tensor'
import { encode } from 'fast-png'

/** A greyscale image of `H` × `W` pixels, 0 (black) to 255 (white). */
export type GreyImage<H extends number = number, W extends number = number> = TensorOf<[H, W], 'u8'>

/** An image of `H` × `W` pixels with red, green and blue, 0 to 255. */
export type ColourImage<H extends number = number, W extends number = number> = TensorOf<[H, W, 3], 'u8'>

/**
 * The bytes of a PNG file: 8 bits per channel, greyscale for `[H, W]`, RGB for `[H, W, 3]`. The same image gives
 * the same bytes. Throws a `RangeError` for an image without pixels, which the format does not have.
 *
 * @example
 * ```ts
 * encodePng(tile(images, { columns: 10 })).subarray(1, 4) // → [80, 78, 71]
 * ```
 */
export const encodePng = (image: GreyImage | ColourImage): Uint8Array => {
  const [height, width, channels = 1] = image.shape
  if (height === 0 || width === 0)
    throw new RangeError(`encodePng: expected at least one pixel, got an image of ${height} × ${width}`)
  return encode({ width, height, channels, depth: 8, data: image.data }, { zlib: { level: 9 } })
}
