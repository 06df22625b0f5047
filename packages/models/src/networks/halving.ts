import {
  type Division,
  type Is,
  type Over,
  type Refused,
  type Shape,
  ShapeError,
  type Show,
  type ShowDim,
  showShape,
  type Times,
  type When,
} from '@vae/tensor'

/** H halved once for each of `Steps`, or a refusal where a stride of 2 leaves a rest. */
export type Halved<Moment, Operation extends string, In, H extends number, Steps> = Steps extends readonly [
  unknown,
  ...infer Rest,
]
  ? Is<Moment, Division<H, 2>, 'rest'> extends true
    ? Refused<`${Operation}: strides of 2 do not divide ${Show<In>}: ${ShowDim<H, Moment>} is odd`>
    : Halved<Moment, Operation, In, Over<H, 2>, Rest>
  : Steps extends readonly []
    ? H
    : number

/** H doubled once for each of `Steps`. */
export type Doubled<H extends number, Steps> = Steps extends readonly [unknown, ...infer Rest]
  ? Doubled<Times<H, 2>, Rest>
  : Steps extends readonly []
    ? H
    : number

/** The image `[…, H, W]` with O channels after a halving for each of `Steps`, or the first refusal. */
export type HalvedImage<Operation extends string, In, Steps, O extends number> = In extends readonly [
  number,
  infer H extends number,
  infer W extends number,
]
  ? Halved<When<In>, Operation, In, H, Steps> extends infer Height
    ? Height extends Refused<string>
      ? Height
      : Halved<When<In>, Operation, In, W, Steps> extends infer Width
        ? Width extends Refused<string>
          ? Width
          : [O, Height, Width]
        : never
    : never
  : NoImage<Operation, In>

/** The image `[…, H, W]` with O channels after a doubling for each of `Steps`, or a refusal. */
export type DoubledImage<Operation extends string, In, Steps, O extends number> = In extends readonly [
  number,
  infer H extends number,
  infer W extends number,
]
  ? [O, Doubled<H, Steps>, Doubled<W, Steps>]
  : NoImage<Operation, In>

/** That an example is no image. */
export type NoImage<Operation extends string, In> = In extends Shape
  ? number extends In['length']
    ? [number, number, number]
    : Refused<`${Operation}: an image has channels, height and width: ${Show<In>}`>
  : never

/** The run-time twin of `HalvedImage` and `DoubledImage`. Throws their messages as a `ShapeError`. */
export const checkImage = (operation: string, input: Shape, halvings: number): void => {
  if (input.length !== 3)
    throw new ShapeError(`${operation}: an image has channels, height and width: ${showShape(input)}`)
  for (const size of input.slice(1)) checkHalving(operation, input, size, halvings)
}

const checkHalving = (operation: string, input: Shape, size: number, times: number): void => {
  if (times === 0) return
  if (size % 2 !== 0)
    throw new ShapeError(`${operation}: strides of 2 do not divide ${showShape(input)}: ${size} is odd`)
  checkHalving(operation, input, size / 2, times - 1)
}
