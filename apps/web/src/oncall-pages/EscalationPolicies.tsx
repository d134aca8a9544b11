export const EscalationPolicies = () => null
