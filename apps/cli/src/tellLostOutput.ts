/**
 * Fails with exit code 1 and a sentence when the result cannot be written, as to a full disk: Node.js itself keeps quiet, and half a
 * result would pass for a whole one. A reader that has seen enough, such as `head`, is none of that.
 */
export const tellLostOutput = () => {
  process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") return
    process.exitCode = 1
    process.stderr.write(`The result could not be written: ${message}\n`)
  })
}
