import { readFileSync } from "node:fs"

/** Whether a process has ended and nobody has asked how, so that its number is still taken; other systems than Linux do not say. */
export const isZombie = (pid: number) => {
  try {
    // proc_pid_stat(5): number, name in parentheses, state.
    return /^\d+ \(.*\) Z /s.test(readFileSync(`/proc/${pid}/stat`, "latin1"))
  } catch {
    return false
  }
}
