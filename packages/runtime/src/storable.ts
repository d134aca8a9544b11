/** Text that PostgreSQL takes: without zero bytes and halves of characters, and of at most `longest` characters. */
export const storable = (text: string, longest = 4000) => text.slice(0, longest).replaceAll("\0", "").toWellFormed()
