import {
  type DefinedFunction,
  type FunctionType,
  indexLength,
  signed,
  unsigned,
  type ValueType,
} from './encoder.ts'

const plain = {
  'i32.eqz': 0x45,
  select: 0x1b,
  'i32.add': 0x6a,
  'i32.sub': 0x6b,
  'i32.mul': 0x6c,
  'i32.div_u': 0x6e,
  'i32.rem_u': 0x70,
  'i32.and': 0x71,
  'i32.shr_u': 0x76,
  'i32.lt_u': 0x49,
  'i32.ge_u': 0x4f,
} as const

const addressed = {
  'i32.load8_u': [0x2d],
  'v128.load': [0xfd, 0x00],
  'v128.load32_splat': [0xfd, 0x09],
  'v128.store': [0xfd, 0x0b],
  'v128.load32_zero': [0xfd, 0x5c],
} as const

const laneStores = { 'v128.store8_lane': 0x58, 'v128.store32_lane': 0x5a } as const

/** Vector instructions that take and give only vectors, with their number after the prefix 0xfd. */
export const vectorInstructions = {
  'f32x4.eq': 0x41,
  'f32x4.ne': 0x42,
  'f32x4.lt': 0x43,
  'f32x4.gt': 0x44,
  'f32x4.le': 0x45,
  'f32x4.ge': 0x46,
  'i32x4.eq': 0x37,
  'i32x4.ne': 0x38,
  'i32x4.lt_s': 0x39,
  'i32x4.lt_u': 0x3a,
  'i32x4.gt_s': 0x3b,
  'i32x4.gt_u': 0x3c,
  'i32x4.le_s': 0x3d,
  'i32x4.le_u': 0x3e,
  'i32x4.ge_s': 0x3f,
  'i32x4.ge_u': 0x40,
  'v128.not': 0x4d,
  'v128.and': 0x4e,
  'v128.andnot': 0x4f,
  'v128.or': 0x50,
  'v128.bitselect': 0x52,
  'i8x16.narrow_i16x8_u': 0x66,
  'f32x4.floor': 0x68,
  'i16x8.narrow_i32x4_u': 0x86,
  'i16x8.extend_low_i8x16_u': 0x89,
  'i32x4.extend_low_i16x8_u': 0xa9,
  'i32x4.abs': 0xa0,
  'i32x4.neg': 0xa1,
  'i32x4.add': 0xae,
  'i32x4.sub': 0xb1,
  'i32x4.mul': 0xb5,
  'i32x4.min_s': 0xb6,
  'i32x4.min_u': 0xb7,
  'i32x4.max_s': 0xb8,
  'i32x4.max_u': 0xb9,
  'f32x4.abs': 0xe0,
  'f32x4.neg': 0xe1,
  'f32x4.sqrt': 0xe3,
  'f32x4.add': 0xe4,
  'f32x4.sub': 0xe5,
  'f32x4.mul': 0xe6,
  'f32x4.div': 0xe7,
  'f32x4.min': 0xe8,
  'f32x4.max': 0xe9,
  'i32x4.trunc_sat_f32x4_s': 0xf8,
  'i32x4.trunc_sat_f32x4_u': 0xf9,
  'f32x4.convert_i32x4_s': 0xfa,
  'f32x4.convert_i32x4_u': 0xfb,
  'f32x4.relaxed_madd': 0x105,
  'i32x4.relaxed_laneselect': 0x10b,
  'f32x4.demote_f64x2_zero': 0x5e,
  'f64x2.promote_low_f32x4': 0x5f,
  'f64x2.add': 0xf0,
  'f64x2.sub': 0xf1,
} as const

export type VectorInstruction = keyof typeof vectorInstructions

/** Writes the instructions of one function, one method per kind of instruction; locals are made on the way. */
export class Code {
  readonly type: FunctionType
  readonly bytes: number[] = []
  readonly locals: ValueType[] = []
  readonly #calls: { readonly index: number; readonly at: number }[] = []

  constructor(type: FunctionType) {
    this.type = type
  }

  /** A new local; its index. */
  local(type: ValueType): number {
    this.locals.push(type)
    return this.type.parameters.length + this.locals.length - 1
  }

  get(local: number): this {
    return this.#write(0x20, ...unsigned(local))
  }

  tee(local: number): this {
    return this.#write(0x22, ...unsigned(local))
  }

  set(local: number): this {
    return this.#write(0x21, ...unsigned(local))
  }

  constant(value: number): this {
    return this.#write(0x41, ...signed(value))
  }

  /** A vector whose four lanes hold the same 32 bits. */
  splat(bits: number): this {
    const lane = [bits & 0xff, (bits >>> 8) & 0xff, (bits >>> 16) & 0xff, (bits >>> 24) & 0xff]
    return this.#write(0xfd, 0x0c, ...lane, ...lane, ...lane, ...lane)
  }

  /** Takes an i32 and spreads it. */
  spread(): this {
    return this.#write(0xfd, 0x11)
  }

  /** A vector of any 16 bytes. */
  lanes(bytes: readonly number[]): this {
    return this.raw([0xfd, 0x0c, ...bytes])
  }

  /** Instructions that are encoded already. */
  raw(bytes: readonly number[]): this {
    return this.#write(...bytes)
  }

  plain(instruction: keyof typeof plain): this {
    return this.#write(plain[instruction])
  }

  vector(instruction: VectorInstruction): this {
    return this.#write(0xfd, ...unsigned(vectorInstructions[instruction]))
  }

  /** A load or store at the address on the stack plus `offset` bytes. */
  memory(instruction: keyof typeof addressed, offset: number): this {
    return this.#write(...addressed[instruction], 0, ...unsigned(offset))
  }

  /** Stores one lane of a vector. */
  storeLane(instruction: keyof typeof laneStores, offset: number, lane = 0): this {
    return this.#write(0xfd, laneStores[instruction], 0, ...unsigned(offset), lane)
  }

  /** Takes two vectors and picks words of 32 bits: 0 … 3 of the first, 4 … 7 of the second. */
  pick(words: readonly [number, number, number, number]): this {
    return this.#write(0xfd, 0x0d, ...words.flatMap((word) => [0, 1, 2, 3].map((byte) => 4 * word + byte)))
  }

  /** Takes target, byte and length. */
  memoryFill(): this {
    return this.#write(0xfc, 0x0b, 0)
  }

  /** Takes target, source and length. */
  memoryCopy(): this {
    return this.#write(0xfc, 0x0a, 0, 0)
  }

  call(index: number): this {
    this.#write(0x10)
    this.#calls.push({ index, at: this.bytes.length })
    return this.#write(...new Array<number>(indexLength).fill(0))
  }

  /** Runs `body` for `counter`, `counter` + 1, … below what `limit` pushes. */
  count(counter: number, limit: () => void, body: () => void): this {
    this.#write(0x02, 0x40)
    this.get(counter)
    limit()
    this.plain('i32.ge_u').#write(0x0d, 0)
    this.#write(0x03, 0x40)
    body()
    this.get(counter).constant(1).plain('i32.add').set(counter).get(counter)
    limit()
    return this.plain('i32.lt_u').#write(0x0d, 0, 0x0b, 0x0b)
  }

  /** Takes a number, and runs `then` unless it is 0, else `otherwise`. */
  when(then: () => void, otherwise?: () => void): this {
    this.#write(0x04, 0x40)
    then()
    if (otherwise !== undefined) {
      this.#write(0x05)
      otherwise()
    }
    return this.#write(0x0b)
  }

  /** Runs `body` as often as the local `left` says, which is 0 afterwards. */
  countdown(left: number, body: () => void): this {
    this.#write(0x02, 0x40).get(left).plain('i32.eqz').#write(0x0d, 0, 0x03, 0x40)
    body()
    return this.get(left).constant(-1).plain('i32.add').tee(left).#write(0x0d, 0, 0x0b, 0x0b)
  }

  /** Runs `body` a number of times that is known now; `counter` is free to use. */
  repeat(times: number, counter: number, body: () => void): this {
    if (times === 1) body()
    if (times <= 1) return this
    this.constant(times).set(counter).#write(0x03, 0x40)
    body()
    return this.get(counter).constant(-1).plain('i32.add').tee(counter).#write(0x0d, 0, 0x0b)
  }

  /** Adds a constant to a local. */
  advance(local: number, by: number): this {
    if (by === 0) return this
    return this.get(local).constant(by).plain('i32.add').set(local)
  }

  finish(): DefinedFunction {
    return { type: this.type, locals: this.locals, body: this.bytes, calls: this.#calls }
  }

  #write(...bytes: readonly number[]): this {
    for (const byte of bytes) this.bytes.push(byte)
    return this
  }
}
