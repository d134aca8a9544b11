export const Integrations = () => null
