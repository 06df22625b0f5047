import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

/** Every python3 on the path: a version manager may hide the one that has torch. */
const pythons = (): readonly string[] =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'python3'))
    .filter((file) => existsSync(file))

/**
 * What a script of this folder prints as JSON, in the first python3 that has PyTorch; null where none has. What it writes
 * to its standard error is shown.
 */
export const fromPyTorch = async (script: string, ...args: readonly string[]): Promise<unknown> => {
  const run = promisify(execFile)
  for (const python of pythons()) {
    const has = await run(python, ['-c', 'import torch']).then(
      () => true,
      () => false,
    )
    if (!has) continue
    const running = run(python, [join(import.meta.dirname, script), ...args])
    running.child.stderr?.pipe(process.stderr)
    return JSON.parse((await running).stdout)
  }
  return null
}
