/**
 * A function's body between dollar quotes. The tag is one that the text does not contain: names and expressions of
 * people stand inside it, and `$segue$` is a legal name.
 */
export function functionBody(text: string): string {
  let tag = '$segue$';
  for (let n = 1; text.includes(tag); n += 1) tag = `$segue${n}$`;
  return `${tag}\n${text} ${tag}`;
}
