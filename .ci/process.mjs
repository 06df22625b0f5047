import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Something went wrong outside this code; the message is for the person who ran the command. */
export class Failure extends Error {
  /** How many single checks passed and failed, where more than one was made. */
  constructor(message, { passed = 0, failed = 1 } = {}) {
    super(message)
    this.passed = passed
    this.failed = failed
  }
}

/** The absolute path of a file of the repository. */
export const fromRoot = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

/** On a terminal, keeps the newest line of what is shown on one line of the screen. */
export const statusLine = (stream) => {
  if (!stream.isTTY) return { show: () => {}, clear: () => {} }
  return {
    show: (text) => {
      const line = text.trim().split('\n').at(-1) ?? ''
      stream.write(`\r\x1b[K${line.slice(0, (stream.columns ?? 80) - 1)}`)
    },
    clear: () => stream.write('\r\x1b[K'),
  }
}

/** Escape codes only where a terminal reads them, whatever the environment asks for. */
const environment = process.stdout.isTTY
  ? process.env
  : { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined }

/**
 * Runs a program at the root of the repository and resolves to its exit code and output. Standard output
 * and error go to `onOutput` as they come, or straight to the terminal with `inherit`, where a stream replaces
 * standard output.
 */
export const run = (command, args, { inherit = false, env = {}, onOutput = () => {}, shell = false } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: fromRoot('.'),
      env: { ...environment, ...env },
      stdio: inherit
        ? ['inherit', inherit === true ? 'inherit' : inherit, 'inherit']
        : ['ignore', 'pipe', 'pipe'],
      shell,
    })
    let output = ''
    const collect = (chunk) => {
      output += chunk
      onOutput(String(chunk))
    }
    child.stdout?.on('data', collect)
    child.stderr?.on('data', collect)
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code: code ?? 1, signal, output }))
  })

/** Runs a JavaScript program of `node_modules` or of the repository with this Node. */
export const runNode = (script, args, options) => run(process.execPath, [fromRoot(script), ...args], options)

/** Runs the pnpm version that package.json pins; npx fetches it once. */
export const runPnpm = (version, args, options = {}) =>
  run('npx', ['--yes', `pnpm@${version}`, ...args], {
    // npx is a .cmd file on Windows, which only a shell starts.
    shell: process.platform === 'win32',
    ...options,
    // Under an outer `npx --package`, npx would inherit these and look for another program.
    env: { npm_config_package: undefined, npm_config_call: undefined, ...options.env },
  })
