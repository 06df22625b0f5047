/** The exit code of a command that Ctrl-C ended. */
export const interruptedCode = 130

/**
 * Runs `work` with a signal that the first Ctrl-C (or SIGTERM) aborts, so that it can finish what it is doing. A
 * second one ends the process at once.
 */
export const interruptible = async <A>(
  onInterrupt: () => void,
  work: (signal: AbortSignal) => Promise<A>,
): Promise<A> => {
  const controller = new AbortController()
  const stop = (): void => {
    release()
    onInterrupt()
    controller.abort()
  }
  const release = (): void => {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  try {
    return await work(controller.signal)
  } finally {
    release()
  }
}
