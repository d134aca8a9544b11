/** One server of a cluster on this machine. It ends with the process that started it, however that one ends. */
process.stdin.once("end", () => process.kill(process.pid, "SIGTERM")).resume()

await import("../main.ts")
