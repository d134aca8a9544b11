/**
 * A mail's HTML as a document of its own. Links open outside of it, and nothing but images given with the mail is
 * loaded, so that a mail that is looked at tells nobody.
 */
export const mailDocument = (html: string): string =>
  `<!doctype html><meta charset="utf-8"><base target="_blank">`
  + `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data: cid:; style-src 'unsafe-inline'">`
  + html
