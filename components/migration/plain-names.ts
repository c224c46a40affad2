/** Text with tables as people write them: the schema only where it is not public. */
export function plainNames(text: string): string {
  return text.replaceAll(/\bpublic\.(?=[\w"])/g, '');
}
