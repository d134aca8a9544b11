/** Where the server answers HTTP in its pod. */
export const serverPort = 8080

/** Where the processes of one tenant reach each other. */
export const runnerPort = 34_431
