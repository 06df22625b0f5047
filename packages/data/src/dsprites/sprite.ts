import { numerics } from '@vae/tensor'

/** The shapes, in the order of their classes. */
export const spriteShapes = ['square', 'ellipse', 'heart'] as const

/** One of the three shapes. */
export type SpriteShape = (typeof spriteShapes)[number]

/** Pixels along each side of a sprite, which is centred on its middle pixel. */
export const spriteSide = 33

/** The side of a square at scale 1, in pixels; like the axes no whole number, so that no edge runs through the centres of pixels. */
export const squareSide = 18.2

/** The semi-axes of an ellipse at scale 1, in pixels. */
export const ellipseAxes = [12.9, 6.45] as const

/** The side of the square that a heart at scale 1 is made of, in pixels; its lobes are half-discs on two sides. */
export const heartSide = 12.75

/** How far the centroid of a heart of side 1 lies from the centre of its square, towards the notch. */
const heartCentroid = ((1 / 2 + 2 / (3 * Math.PI)) * (Math.PI / 4) * Math.SQRT1_2) / (1 + Math.PI / 4)

/**
 * Whether a point lies in a shape at scale 1 that stands upright around the origin; x goes right and y down, in
 * pixels.
 */
const inside: Readonly<Record<SpriteShape, (x: number, y: number) => boolean>> = {
  square: (x, y) => Math.abs(x) <= squareSide / 2 && Math.abs(y) <= squareSide / 2,
  ellipse: (x, y) => (x / ellipseAxes[0]) ** 2 + (y / ellipseAxes[1]) ** 2 <= 1,
  heart: (x, y) => {
    // In the frame of the square, which stands on a corner: u and v are along its sides, up and outwards.
    const up = -y / heartSide + heartCentroid
    const right = x / heartSide
    const u = (up + right) * Math.SQRT1_2
    const v = (up - right) * Math.SQRT1_2
    const inLobe = (along: number, across: number) =>
      along >= 1 / 2 && (along - 1 / 2) ** 2 + across ** 2 <= 1 / 4
    return (Math.abs(u) <= 1 / 2 && Math.abs(v) <= 1 / 2) || inLobe(u, v) || inLobe(v, u)
  },
}

/**
 * A sprite as `spriteSide` rows of as many bytes: 255 where the centre of a pixel lies in the shape, which is turned
 * clockwise by `orientation` radians, and else 0. It never reaches beyond the rows.
 */
export const drawSprite = (shape: SpriteShape, scale: number, orientation: number): Uint8Array => {
  // The same bits everywhere: Math.cos and Math.sin differ between engines.
  const cos = numerics.cos(orientation) / scale
  const sin = numerics.sin(orientation) / scale
  const middle = (spriteSide - 1) / 2
  const covers = inside[shape]
  return Uint8Array.from({ length: spriteSide ** 2 }, (_, pixel) => {
    const x = (pixel % spriteSide) - middle
    const y = Math.floor(pixel / spriteSide) - middle
    return covers(cos * x + sin * y, cos * y - sin * x) ? 255 : 0
  })
}
