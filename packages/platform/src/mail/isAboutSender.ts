/**
 * Whether a refusal is about who sends and not about the recipient or the mail, so that it passes when somebody sees to the
 * account: an enhanced status 5.7.x (RFC 3463, security or policy), or an identity that is not verified, as Amazon SES says it.
 */
export const isAboutSender = (answer: string) =>
  /^5\d\d[ -]5\.7\.\d/m.test(answer) || (/\bnot verified\b/i.test(answer) && !/^5\d\d[ -]5\.1\.\d/m.test(answer))
