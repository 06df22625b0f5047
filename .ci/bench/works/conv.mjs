import { centred } from './operands.mjs'

export const resultSize = ({ size, window, stride = 1, padding }) =>
  Math.floor((size + 2 * padding - window) / stride) + 1

/** How many elements that are not padding the windows along one axis meet. */
const taps = ({ size, window, stride = 1, padding }) => {
  let count = 0
  for (let at = 0; at < resultSize({ size, window, stride, padding }); at++)
    for (let tap = 0; tap < window; tap++) {
      const position = at * stride + tap - padding
      if (position >= 0 && position < size) count++
    }
  return count
}

/** Multiplications of a convolution of square images, without those with padding. */
export const convProducts = ({ batch, channels, outputs = channels, groups = 1, ...axis }) =>
  (batch * channels * outputs * taps(axis) ** 2) / groups

/** A convolution of square images; `padding` is what each side gets. */
export const conv = ({
  batch,
  channels,
  outputs = channels,
  size,
  window,
  stride = 1,
  padding,
  groups = 1,
}) => {
  const sizes = { batch, channels, outputs, size, window, stride, padding, groups }
  const input = [batch, channels, size, size]
  const kernel = [outputs, channels / groups, window, window]
  const result = [batch, outputs, resultSize(sizes), resultSize(sizes)]
  const elements = [input, kernel, result].map((shape) => shape.reduce((a, b) => a * b, 1))
  const to = outputs === channels ? '' : ` to ${outputs}`
  const step = stride === 1 ? '' : ` by ${stride}`
  return {
    kind: 'conv',
    title: `${groups === channels ? 'depthwise ' : ''}conv ${window}×${window}${step}, ${channels}${to} channels of ${size}×${size}, batch ${batch}`,
    sizes,
    flops: 2 * convProducts(sizes),
    bytes: 4 * elements.reduce((a, b) => a + b, 0),
    inputs: () => ({ x: centred(1, input), w: centred(2, kernel) }),
  }
}
