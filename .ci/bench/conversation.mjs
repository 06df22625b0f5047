import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** No answer takes longer, even of a system that needs seconds for one iteration. */
const patience = 60_000

const parse = (line) => {
  try {
    return JSON.parse(line)
  } catch {
    // libraries greet the terminal
    return undefined
  }
}

/**
 * Starts a child that answers lines with JSON objects, one for one. `answer` resolves to the next, `ask` sends a line
 * before; both reject with the child's reason, in one line, when it fails, ends or hangs.
 */
export const converse = (command, args, env = {}) => {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  const answers = []
  let complaints = ''
  let ended = null
  let wake = () => {}
  const end = (reason) => {
    ended ??= reason
    wake()
  }
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = parse(line)
    if (message !== undefined) answers.push(message)
    wake()
  })
  child.stderr.on('data', (chunk) => {
    complaints = (complaints + chunk).slice(-2000)
  })
  child.stdin.on('error', () => end('it went away'))
  child.on('error', (error) => end(error.message))
  child.on('close', (code, signal) =>
    end(complaints.trim().split('\n').at(-1) || `it ended with ${signal ?? `exit code ${code}`}`),
  )

  const answer = async () => {
    const timer = setTimeout(() => {
      end(`no answer within ${patience / 1000} s`)
      child.kill('SIGKILL')
    }, patience)
    while (answers.length === 0 && ended === null)
      await new Promise((resolve) => {
        wake = resolve
      })
    clearTimeout(timer)
    const message = answers.shift() ?? { error: ended }
    if (message.error !== undefined) throw new Error(message.error.trim().split('\n')[0])
    return message
  }
  return {
    answer,
    ask: (line) => {
      child.stdin.write(`${line}\n`)
      return answer()
    },
    close: () => child.kill('SIGKILL'),
  }
}
