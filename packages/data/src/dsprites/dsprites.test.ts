import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Factors } from '../factors.ts'
import { dsprites, dspritesExamples, dspritesSplit } from './dsprites.ts'
import { type DspritesFactor, dspritesFactors, dspritesLatents } from './factors.ts'
import { drawSprite, ellipseAxes, heartSide, type SpriteShape, spriteShapes, squareSide } from './sprite.ts'

const { factorsOf, indexOf, sizes } = dspritesFactors

const indices = fc.nat(dspritesFactors.count - 1)

const image = (factors: Factors<DspritesFactor>): Uint8Array =>
  dspritesExamples.gather([indexOf(factors)]).data

const white = (pixels: Uint8Array): number =>
  pixels.reduce((count, pixel) => count + (pixel === 255 ? 1 : 0), 0)

/** The columns and rows, in pixels, between the first and the last white one. */
const extent = (pixels: Uint8Array) => {
  const places = [...pixels.keys()].filter((place) => pixels[place] === 255)
  const columns = places.map((place) => place % 64)
  const rows = places.map((place) => Math.floor(place / 64))
  const centre = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    width: Math.max(...columns) - Math.min(...columns) + 1,
    height: Math.max(...rows) - Math.min(...rows) + 1,
    x: centre(columns),
    y: centre(rows),
  }
}

describe('the factors of dSprites', () => {
  it('number all 737,280 images', () => {
    expect(dspritesFactors.names).toEqual(['shape', 'scale', 'orientation', 'x', 'y'])
    expect(dspritesFactors.count).toBe(737_280)
    expect(dspritesExamples.count).toBe(737_280)
    fc.assert(
      fc.property(indices, (index) => {
        expect(indexOf(factorsOf(index))).toBe(index)
      }),
    )
  })

  it('stand for the values of the original', () => {
    const values = (factor: DspritesFactor) =>
      Array.from(
        { length: sizes[factor] },
        (_, chosen) => dspritesLatents({ ...factorsOf(0), [factor]: chosen })[factor],
      )
    expect(values('shape')).toEqual([1, 2, 3])
    expect(values('scale')).toEqual([0.5, 0.6, 0.7, 0.8, 0.9, 1])
    // As the file of the original gives them, to the eight digits of its metadata.
    expect(
      values('orientation')
        .slice(0, 3)
        .map((value) => value.toFixed(8)),
    ).toEqual(['0.00000000', '0.16110732', '0.32221463'])
    expect(values('orientation').at(-1)).toBe(2 * Math.PI)
    for (const axis of ['x', 'y'] as const) {
      expect([values(axis)[0], values(axis).at(-1)]).toEqual([0, 1])
      expect(values(axis)[1]!.toFixed(8)).toBe('0.03225806')
    }
  })
})

describe('the images of dSprites', () => {
  it('are black and white, the whole sprite in view whatever its position', () => {
    fc.assert(
      fc.property(indices, (index) => {
        const factors = factorsOf(index)
        const pixels = image(factors)
        expect(pixels.every((pixel) => pixel === 0 || pixel === 255)).toBe(true)
        expect(white(pixels)).toBe(white(image({ ...factors, x: 16, y: 16 })))
      }),
    )
  })

  it('move by a pixel with each step of x and y', () => {
    fc.assert(
      fc.property(indices, (index) => {
        const factors = factorsOf(index)
        const here = extent(image(factors))
        const there = extent(image({ ...factors, x: 0, y: 31 }))
        expect(there).toMatchObject({ width: here.width, height: here.height })
        // Sums of whole numbers below 2⁵³, divided by their number: exact up to one rounding each.
        expect(there.x).toBeCloseTo(here.x - factors.x, 9)
        expect(there.y).toBeCloseTo(here.y + 31 - factors.y, 9)
      }),
    )
  })

  it('have their centroid at the position', () => {
    fc.assert(
      fc.property(indices, (index) => {
        const factors = factorsOf(index)
        const { x, y } = extent(image(factors))
        // A heart is not symmetric, so sampling at the centres of pixels moves its centroid by part of a pixel.
        expect(Math.abs(x - 16 - factors.x)).toBeLessThan(0.3)
        expect(Math.abs(y - 16 - factors.y)).toBeLessThan(0.3)
      }),
    )
  })

  it('have the area of their outline', () => {
    const areas: Readonly<Record<SpriteShape, number>> = {
      square: squareSide ** 2,
      ellipse: Math.PI * ellipseAxes[0] * ellipseAxes[1],
      heart: heartSide ** 2 * (1 + Math.PI / 4),
    }
    for (const shape of [0, 1, 2])
      for (const scale of [0, 3, 5]) {
        const counts = Array.from({ length: 39 }, (_, orientation) =>
          white(image({ shape, scale, orientation, x: 5, y: 5 })),
        )
        const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
        const area = areas[spriteShapes[shape]!] * dspritesLatents({ ...factorsOf(0), scale }).scale ** 2
        // Over orientations, pixels on the edge are in and out about equally often; upright ones less so.
        expect(Math.abs(mean / area - 1)).toBeLessThan(0.03)
      }
  })

  it('have as much white as those of the original, 4.25 % of all pixels', () => {
    // Every sprite once: a position changes nothing.
    const sprites = Uint32Array.from({ length: 720 }, (_, sprite) => sprite * 1024)
    const { data } = dspritesExamples.gather(sprites)
    // The mean of the original's pixels is 0.042494; ours within half a percent of that.
    expect(Math.abs(white(data) / data.length / 0.042494 - 1)).toBeLessThan(0.005)
  })

  it('are the shapes that they are called', () => {
    const at = (shape: number, orientation: number) =>
      extent(image({ shape, scale: 5, orientation, x: 16, y: 16 }))
    expect(at(0, 0)).toMatchObject({ width: 19, height: 19 })
    expect(at(1, 0)).toMatchObject({ width: 25, height: 13 })
    const heart = drawSprite('heart', 1, 0)
    const row = (y: number) => heart.subarray((16 + y) * 33, (17 + y) * 33)
    // Mirrored left and right, two lobes above, a point below.
    for (let y = -16; y <= 16; y++) expect(row(y)).toEqual(row(y).slice().reverse())
    const top = [...Array(33).keys()].find((y) => row(y - 16).includes(255))! - 16
    expect(row(top)[16]).toBe(0)
    expect(white(row(11))).toBe(1)
    expect(white(row(12))).toBe(0)
  })

  it('turn clockwise, once around', () => {
    fc.assert(
      fc.property(fc.nat(2), fc.nat(5), (shape, scale) => {
        const at = (orientation: number) => image({ shape, scale, orientation, x: 16, y: 16 })
        expect(at(39)).toEqual(at(0))
      }),
    )
    // An ellipse that lies flat goes down on the right: its white pixels are where both offsets have one sign.
    const turned = image({ shape: 1, scale: 5, orientation: 4, x: 16, y: 16 })
    const moment = [...turned.keys()]
      .filter((place) => turned[place] === 255)
      .reduce((sum, place) => sum + ((place % 64) - 32) * (Math.floor(place / 64) - 32), 0)
    expect(moment).toBeGreaterThan(0)
  })
})

describe('dspritesSplit', () => {
  it('holds out some images and keeps all others, by the seed alone', () => {
    const split = dspritesSplit({ test: 10_000, seed: 0 })
    expect([split.train.length, split.test.length]).toEqual([727_280, 10_000])
    const seen = new Uint8Array(dspritesFactors.count)
    for (const part of [split.train, split.test]) for (const index of part) seen[index]!++
    expect(seen.every((times) => times === 1)).toBe(true)
    expect(dspritesSplit({ test: 10_000, seed: 0 }).test).toEqual(split.test)
    expect(dspritesSplit({ test: 10_000, seed: 1 }).test).not.toEqual(split.test)

    const { test } = dsprites(split)
    expect(test.examples.gather([3])).toEqual(dspritesExamples.gather([split.test[3]!]))
  }, 60_000)

  it('refuses to hold out what is no number of images', () => {
    for (const test of [-1, 0.5, 737_281])
      expect(() => dspritesSplit({ test, seed: 0 })).toThrow(`from 0 to 737280 images, got ${test}`)
  })
})
