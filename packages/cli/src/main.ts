import { runCommandLine } from './cli.ts'

// A reader that went away, as in `vae … | head`, ends the command without a trace.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

process.exitCode = await runCommandLine(process.argv)
