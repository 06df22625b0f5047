import { runCommandLine } from '../cli.ts'

/** What a command has left behind. */
export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Keeps what is written to a stream, instead of writing it. */
const capture = (stream: NodeJS.WriteStream) => {
  const { write } = stream
  let text = ''
  stream.write = (chunk: string | Uint8Array): boolean => {
    text += chunk
    return true
  }
  return {
    text: () => text,
    release: () => {
      stream.write = write
    },
  }
}

/** Runs `vae` with arguments in this process. */
export const vae = async (...args: readonly string[]): Promise<Ran> => {
  const [out, err] = [capture(process.stdout), capture(process.stderr)]
  try {
    const code = await runCommandLine(['node', 'vae', ...args])
    return { code, out: out.text(), err: err.text() }
  } finally {
    out.release()
    err.release()
  }
}

/** Runs a command on one thread that must succeed, and gives what it printed. Throws what it complained of. */
export const succeed = async (...args: readonly string[]): Promise<string> => {
  const { code, out, err } = await vae(...args, '--threads', '1')
  if (code !== 0) throw new Error(`vae ${args.join(' ')} gave ${code}: ${err}`)
  return out
}
