import { tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { encode } from 'fast-png'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { decodePng } from './decode.ts'
import { encodePng } from './encode.ts'

const sides = fc.integer({ min: 1, max: 12 })

const greyImages = fc
  .tuple(sides, sides)
  .chain(([height, width]) =>
    fc
      .uint8Array({ minLength: height * width, maxLength: height * width })
      .map((data) => tensor([height, width], data, 'u8')),
  )

const colourImages = fc
  .tuple(sides, sides)
  .chain(([height, width]) =>
    fc
      .uint8Array({ minLength: height * width * 3, maxLength: height * width * 3 })
      .map((data) => tensor<[number, number, 3], 'u8'>([height, width, 3], data, 'u8')),
  )

const problem = (bytes: Uint8Array): string => {
  const result = decodePng(bytes, 'file')
  return E.isLeft(result) ? result.left.message : 'no problem'
}

const digit = encodePng(tensor([2, 3], Uint8Array.of(0, 50, 100, 150, 200, 250), 'u8'))

describe('png', () => {
  it('reads the greyscale that it wrote', () => {
    fc.assert(
      fc.property(greyImages, (image) => {
        const [height, width] = image.shape
        expect(decodePng(encodePng(image), 'file')).toEqual(
          E.right(tensor([height, width, 1], image.data, 'u8')),
        )
      }),
    )
  })

  it('reads the colours that it wrote', () => {
    fc.assert(
      fc.property(colourImages, (image) => {
        expect(decodePng(encodePng(image), 'file')).toEqual(E.right(image))
      }),
    )
  })

  it('reads a view that does not start at the beginning of its buffer', () => {
    const padded = new Uint8Array(digit.length + 5)
    padded.set(digit, 5)
    expect(decodePng(padded.subarray(5), 'file')).toEqual(decodePng(digit, 'file'))
  })

  it('ignores text and other chunks that pixels do not depend on', () => {
    const data = Uint8Array.of(7)
    const noted = encode({ width: 1, height: 1, channels: 1, data, text: { Title: 'seven' } })
    expect(decodePng(noted, 'file')).toEqual(E.right(tensor([1, 1, 1], data, 'u8')))
  })

  it('answers random bytes after the signature', () => {
    const signature = digit.subarray(0, 8)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (rest) => {
        decodePng(Uint8Array.of(...signature, ...rest), 'file')
      }),
    )
  })

  it('finds every damaged byte but those of the signature by a sentence, and never throws', () => {
    const original = decodePng(digit, 'file')
    for (let at = 0; at < digit.length; at++)
      for (const flip of [1, 128, 255]) {
        const damaged = digit.slice()
        damaged[at] = damaged[at]! ^ flip
        const result = decodePng(damaged, 'file')
        if (E.isRight(result)) expect(result).toEqual(original)
      }
  })

  it('finds every truncation', () => {
    for (let length = 0; length < digit.length; length++)
      expect(problem(digit.slice(0, length))).not.toBe('no problem')
  })

  it('says what was expected, what came and where', () => {
    expect(problem(Uint8Array.of(1, 2, 3))).toBe(
      'file: not a PNG file: it does not start with the signature 89 50 4e 47 0d 0a 1a 0a',
    )
    expect(problem(digit.slice(0, 40))).toMatch(/^file: truncated: the file ends at byte 40/)
    expect(problem(encode({ width: 1, height: 1, channels: 4, data: new Uint8Array(4) }))).toBe(
      'file: expected 8 bits per channel, greyscale or RGB, got 8 bits, RGB with alpha',
    )
    expect(problem(encode({ width: 1, height: 1, channels: 1, depth: 16, data: new Uint16Array(1) }))).toBe(
      'file: expected 8 bits per channel, greyscale or RGB, got 16 bits, greyscale',
    )
    const huge = digit.slice()
    huge.set([0x7f, 0xff, 0xff, 0xff], 16)
    expect(problem(huge)).toMatch(
      /^file: truncated: the header promises 2 × 2147483647 pixels, \d+ compressed/,
    )
  })

  it('refuses an image without pixels', () => {
    expect(() => encodePng(tensor([0, 3], new Uint8Array(0), 'u8'))).toThrow('expected at least one pixel')
  })
})
