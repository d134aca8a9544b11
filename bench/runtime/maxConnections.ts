/** Connections that the pool of each side may open: as many as the product's has. */
export const maxConnections = 16
