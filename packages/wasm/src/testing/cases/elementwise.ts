import fc from 'fast-check'
import { binary, type Cases, every, random, seed, shape, unary } from '../case.ts'

/** Functions of one element, or of elements at the same place. */
export const elementwise = {
  neg: unary(['f32', 'i32']),
  abs: unary(['f32', 'i32']),
  sign: unary(['f32', 'i32']),
  exp: unary(['f32'], 1),
  expm1: unary(['f32'], 2),
  floor: unary(['f32']),
  sin: unary(['f32'], 2),
  cos: unary(['f32'], 2),
  erf: unary(['f32'], 2),
  not: unary(['i32', 'u32', 'bool']),
  log: unary(['f32'], 1),
  log1p: unary(['f32'], 1),
  sqrt: unary(['f32']),
  tanh: unary(['f32'], 2),
  sigmoid: unary(['f32'], 3),

  add: binary(['f32', 'i32', 'u32']),
  sub: binary(['f32', 'i32', 'u32']),
  mul: binary(['f32', 'i32', 'u32']),
  div: binary(['f32', 'i32', 'u32']),
  pow: binary(['f32'], 1),
  max: binary(['f32', 'i32', 'u32']),
  min: binary(['f32', 'i32', 'u32']),
  and: binary(['i32', 'u32', 'bool']),
  or: binary(['i32', 'u32', 'bool']),
  compare: fc
    .tuple(binary(['f32', 'i32', 'u32', 'u8', 'bool']), fc.constantFrom('lt', 'le', 'eq', 'ne', 'ge', 'gt'))
    .map(([{ operands }, direction]) => ({ operands, parameters: { direction } })),
  select: fc.tuple(shape, every, seed).map(([dims, dtype, s]) => ({
    operands: [random(dims, 'bool', s), random(dims, dtype, s + 1, true), random(dims, dtype, s + 2, true)],
    parameters: {},
  })),
} satisfies Cases
