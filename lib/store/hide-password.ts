/** A connection URL as it may be shown: without password, nor any other secret that a parameter could hold. */
export function hidePassword(url: string): string {
  const parsed = new URL(url);
  const database = parsed.pathname.replace(/^\//, '');
  const user = parsed.username === '' ? '' : `${parsed.username}@`;
  return `${parsed.protocol}//${user}${parsed.host}/${database}`;
}

/** Takes the password of `url` out of a text (an error message, say), in clear and in URL encoding. */
export function withoutPassword(text: string, url: string): string {
  let password: string;
  try {
    password = new URL(url).password;
  } catch {
    return text.replaceAll(url, '(hidden URL)');
  }
  if (password === '') return text;
  let clear = password;
  try {
    clear = decodeURIComponent(password);
  } catch {
    clear = password;
  }
  return [...new Set([password, clear])].reduce((result, secret) => result.replaceAll(secret, '***'), text);
}
