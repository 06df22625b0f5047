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
 * PyTorch allocates its arrays anew in every step. By default glibc gives the memory of the large ones back to the system at
 * once, only to ask for it again; with these it keeps it.
 */
const keepMemory = {
  MALLOC_MMAP_MAX_: '0',
  MALLOC_TOP_PAD_: '67108864',
  MALLOC_TRIM_THRESHOLD_: '2000000000',
}

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
    const running = run(python, [join(import.meta.dirname, script), ...args], {
      env: { ...process.env, ...keepMemory },
    })
    running.child.stderr?.pipe(process.stderr)
    return JSON.parse((await running).stdout)
  }
  return null
}
