import { vi } from 'vitest'
import { runCommandLine } from '../cli.ts'

/** What a command has left behind. */
export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs `vae` with arguments in this process. */
export const vae = async (...args: readonly string[]): Promise<Ran> => {
  let [out, err] = ['', '']
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text
    return true
  })
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += text
    return true
  })
  try {
    const code = await runCommandLine(['node', 'vae', ...args])
    return { code, out, err }
  } finally {
    stdout.mockRestore()
    stderr.mockRestore()
  }
}
