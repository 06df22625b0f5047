import { spawn } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { fromRoot } from '../process.mjs'

/** Cuts a stream of bytes into the messages of the language server protocol. */
const messageReader = (onMessage) => {
  let buffer = Buffer.alloc(0)
  return (chunk) => {
    buffer = Buffer.concat([buffer, chunk])
    for (;;) {
      const end = buffer.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(/Content-Length: (\d+)/i.exec(buffer.toString('ascii', 0, end))[1])
      if (buffer.length < end + 4 + length) return
      onMessage(JSON.parse(buffer.toString('utf8', end + 4, end + 4 + length)))
      buffer = buffer.subarray(end + 4 + length)
    }
  }
}

/** Starts TypeScript 7's language server on a folder. */
export const startServer = async (folder) => {
  const child = spawn(process.execPath, [fromRoot('node_modules/ts7/bin/tsc'), '--lsp', '--stdio'], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const waiting = new Map()
  let last = 0
  const send = (message) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message })
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  }
  child.stdout.on(
    'data',
    messageReader(({ id, method, result, error, params }) => {
      if (method === undefined) {
        const { resolve, reject } = waiting.get(id)
        waiting.delete(id)
        return error === undefined ? resolve(result) : reject(new Error(error.message))
      }
      // The server asks for settings and registers capabilities; it gets no settings.
      if (id !== undefined)
        send({ id, result: method === 'workspace/configuration' ? params.items.map(() => null) : null })
    }),
  )
  const request = (method, params) =>
    new Promise((resolve, reject) => {
      const id = ++last
      waiting.set(id, { resolve, reject })
      send({ id, method, params })
    })
  const notify = (method, params) => send({ method, params })
  await request('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    capabilities: { textDocument: { diagnostic: {} } },
  })
  notify('initialized', {})
  return { request, notify, stop: () => child.kill() }
}
