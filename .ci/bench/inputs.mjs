import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Writes the operands of a work, as f32, where all systems read them. */
export const writeInputs = (folder, { kind, sizes, inputs }) => {
  mkdirSync(folder, { recursive: true })
  const shapes = {}
  for (const [name, { shape, data }] of Object.entries(inputs())) {
    shapes[name] = shape
    writeFileSync(join(folder, name), new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  writeFileSync(join(folder, 'work.json'), JSON.stringify({ kind, sizes, shapes }))
}

/** The operands of a work by name, with what the work is. */
export const readInputs = (folder) => {
  const { kind, sizes, shapes } = JSON.parse(readFileSync(join(folder, 'work.json'), 'utf8'))
  const inputs = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const bytes = readFileSync(join(folder, name))
      return [name, { shape, data: new Float32Array(new Uint8Array(bytes).buffer) }]
    }),
  )
  return { kind, sizes, inputs }
}

/** The inputs whose names start with `prefix` and a point, without these. */
export const inputsUnder = (inputs, prefix) =>
  Object.fromEntries(
    Object.entries(inputs).flatMap(([name, input]) =>
      name.startsWith(`${prefix}.`) ? [[name.slice(prefix.length + 1), input]] : [],
    ),
  )
