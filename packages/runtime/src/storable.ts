/** Text that PostgreSQL takes: without zero bytes and halves of characters, and not too long. */
export const storable = (text: string) => text.slice(0, 4000).replaceAll("\0", "").toWellFormed()
