import {
  type AnyNetwork,
  connect,
  conv2d,
  convDown,
  convUp,
  mlp,
  type Network,
  network,
  parametersOf,
  residualDown,
  residualUp,
  sequential,
} from '@vae/models'
import { relu, tanh } from '@vae/tensor'
import { Refusal } from '../failure.ts'
import type { HiddenTree } from './run-model.ts'
import type { NetworkSettings } from './settings.ts'

/** A network of which the run alone knows sizes and parameters. */
export type RunNetwork<In extends number[], Out extends number[]> = Network<In, Out, HiddenTree>

/** A network without the type of its parameters: see `runModel`. The sizes are those that it says it has. */
const hiding = <In extends number[], Out extends number[]>(built: AnyNetwork): RunNetwork<In, Out> =>
  built as unknown as RunNetwork<In, Out>

const activations = { relu, tanh }

/** Channels inside of a residual block, as in VQ-VAE. */
const insideBlock = 32

/** Channels of the maps that a residual network gives to dense layers. */
const residualMaps = 16

/** An image, or a refusal of data that convolutions cannot take. */
const imageOf = ({ kind }: NetworkSettings, example: readonly number[]): [number, number, number] => {
  const [channels, height, width, ...more] = example
  if (channels === undefined || height === undefined || width === undefined || more.length > 0)
    throw new Refusal(`--network ${kind} needs images, examples have shape [${example.join(', ')}]: use mlp`)
  return [channels, height, width]
}

const onlyWidth = ({ kind, hidden }: NetworkSettings): number => {
  const [width, ...more] = hidden
  if (width === undefined || more.length > 0)
    throw new Refusal(`--hidden: --network ${kind} takes one number, got ${hidden.join(',')}`)
  return width
}

/** How often a side is halved: to an odd number of pixels, or to 4. */
const halvingsOf = (side: number): number => (side % 2 === 0 && side > 4 ? 1 + halvingsOf(side / 2) : 0)

/** Sizes of a stack that halves an image several times: the channels after each halving, and the map that is left. */
const stackOf = (
  image: readonly [number, number, number],
  widths: readonly [number, number],
  most: number,
) => {
  const [, height, width] = image
  const times = Math.min(halvingsOf(height), halvingsOf(width), most)
  const channels = Array.from({ length: times }, (_, index) => widths[index < times / 2 ? 0 : 1])
  const last = channels.at(-1) ?? image[0]
  return { channels, map: [last, height / 2 ** times, width / 2 ** times] as [number, number, number] }
}

/** Channels of a stack of convolutions in its first and its second half. */
const convWidths = [32, 64] as const

/** As often as it goes. */
const toTheEnd = Number.POSITIVE_INFINITY

/** An encoder of examples to vectors of features. */
export const bodyOf = (
  settings: NetworkSettings,
  example: readonly number[],
): RunNetwork<number[], [number]> => {
  const activation = activations[settings.activation]
  if (settings.kind === 'mlp') return hiding(mlp([...example], [...settings.hidden], { activation }))
  const image = imageOf(settings, example)
  if (settings.kind === 'conv') {
    const { channels, map } = stackOf(image, convWidths, toTheEnd)
    const units = onlyWidth(settings)
    return hiding(connect([convDown(image, channels, { activation }), mlp(map, [units], { activation })]))
  }
  const width = onlyWidth(settings)
  const { channels, map } = stackOf(image, [Math.ceil(width / 2), width], toTheEnd)
  const maps = residualDown(image, channels, residualMaps, { hidden: insideBlock })
  return hiding(connect([maps, mlp([residualMaps, map[1], map[2]], [4 * width])]))
}

/** An encoder of examples to vectors of a given size, without an activation at its end. */
export const vectorEncoder = (
  settings: NetworkSettings,
  example: readonly number[],
  size: number,
): RunNetwork<number[], [number]> => {
  const body = bodyOf(settings, example)
  return hiding(connect([body, mlp(body.output, [], [size])]))
}

/** A decoder of vectors to what a likelihood with `outputs` numbers for each value needs. */
export const vectorDecoder = (
  settings: NetworkSettings,
  size: number,
  example: readonly number[],
  outputs: number,
): RunNetwork<[number], number[]> => {
  const output = [...parametersOf([...example], outputs)]
  const activation = activations[settings.activation]
  if (settings.kind === 'mlp')
    return hiding(mlp([size], [...settings.hidden].reverse(), output, { activation }))
  const image = imageOf(settings, example)
  if (settings.kind === 'conv') {
    const { channels, map } = stackOf(image, convWidths, toTheEnd)
    const dense = mlp([size], [onlyWidth(settings)], map, { activation, outputActivation: activation })
    return hiding(connect([dense, convUp(map, upwards(channels, output[0]!), { activation })]))
  }
  const width = onlyWidth(settings)
  const { channels, map } = stackOf(image, [Math.ceil(width / 2), width], toTheEnd)
  const maps: [number, number, number] = [residualMaps, map[1], map[2]]
  const dense = mlp([size], [4 * width], maps, { outputActivation: relu })
  const up = residualUp(maps, [width, ...upwards(channels, output[0]!)], { hidden: insideBlock })
  return hiding(connect([dense, up]))
}

/** The channels of the way back: those of the way down from the last but one on, then those of the output. */
const upwards = (channels: readonly number[], output: number): number[] =>
  channels.length === 0 ? [] : [...channels.slice(0, -1).reverse(), output]

/** How often a map of codes is smaller than its image, as a power of 2: as in VQ-VAE. */
const codeHalvings = 2

/** The map of codes with `size` features of an image: `[size, h, w]`; of other data one vector, `[size]`. */
const mapOf = (example: readonly number[], size: number): number[] => {
  if (example.length !== 3) return [size]
  // Three sizes, as the line before has made sure.
  const { map } = stackOf(example as unknown as [number, number, number], convWidths, codeHalvings)
  return [size, map[1], map[2]]
}

/** An encoder of images to maps of vectors, or of other data to one vector. */
export const mapEncoder = (
  settings: NetworkSettings,
  example: readonly number[],
  size: number,
): RunNetwork<number[], number[]> => {
  const activation = activations[settings.activation]
  if (settings.kind === 'mlp')
    return hiding(mlp([...example], [...settings.hidden], mapOf(example, size), { activation }))
  const image = imageOf(settings, example)
  const width = onlyWidth(settings)
  const { channels, map } = stackOf(image, [Math.ceil(width / 2), width], codeHalvings)
  if (settings.kind === 'residual')
    return hiding(residualDown(image, channels, size, { hidden: insideBlock }))
  const last = network(map, conv2d(map[0], size, { kernel: 1 }))
  return hiding(connect([convDown(image, channels, { activation }), last]))
}

/** The decoder that belongs to a `mapEncoder`. */
export const mapDecoder = (
  settings: NetworkSettings,
  size: number,
  example: readonly number[],
  outputs: number,
): RunNetwork<number[], number[]> => {
  const output = [...parametersOf([...example], outputs)]
  const activation = activations[settings.activation]
  const codes = mapOf(example, size)
  if (settings.kind === 'mlp')
    return hiding(mlp(codes, [...settings.hidden].reverse(), output, { activation }))
  const image = imageOf(settings, example)
  const width = onlyWidth(settings)
  const { channels, map } = stackOf(image, [Math.ceil(width / 2), width], codeHalvings)
  const maps: [number, number, number] = [size, map[1], map[2]]
  const back = upwards(channels, output[0]!)
  if (settings.kind === 'residual') return hiding(residualUp(maps, [width, ...back], { hidden: insideBlock }))
  const first = network(maps, sequential([conv2d(size, map[0], { kernel: 3, padding: 1 }), activation]))
  return hiding(connect([first, convUp(map, back, { activation })]))
}
