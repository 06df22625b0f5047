/*
 * Inputs come with channels first. They are brought into the order of this library before they are loaded, and results
 * back before they are compared, because its own transposition takes seconds for large images.
 */

/** Result axis i is axis `axes[i]` of four. */
const permuted = (axes) => (input) => {
  const { shape, data } = input
  const strides = [shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3], 1]
  const [a, b, c, d] = axes.map((axis) => shape[axis])
  const [sa, sb, sc, sd] = axes.map((axis) => strides[axis])
  const result = new Float32Array(data.length)
  let at = 0
  for (let i = 0; i < a; i++)
    for (let j = 0; j < b; j++)
      for (let k = 0; k < c; k++)
        for (let l = 0; l < d; l++) result[at++] = data[i * sa + j * sb + k * sc + l * sd]
  return { shape: [a, b, c, d], data: result }
}

/** Images `[N, C, H, W]` → `[N, H, W, C]`, and back. */
export const channelsLast = permuted([0, 2, 3, 1])
export const channelsFirst = permuted([0, 3, 1, 2])

/** Kernels `[outputs, inputs, …window]`, or of transposed convolutions `[inputs, outputs, …window]`, for this library. */
export const kernelLast = permuted([2, 3, 1, 0])

/** Kernels `[channels, 1, …window]` of depthwise convolutions. */
export const depthwiseKernelLast = permuted([2, 3, 0, 1])

/** A parameter: the only ones with four axes are kernels. */
export const parameterLast = (input) => (input.shape.length === 4 ? kernelLast(input) : input)
