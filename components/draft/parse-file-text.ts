import type { TransitionFile } from '@/lib/core/operation';

export type ParsedText =
  | { readonly ok: true; readonly file: TransitionFile }
  | { readonly ok: false; readonly message: string };

/** Reads a pasted operations file, YAML or JSON (which is YAML too). Only its outline is looked at here: the server parses it in full. */
export async function parseFileText(text: string): Promise<ParsedText> {
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    return { ok: false, message: cause instanceof Error ? cause.message : 'It is neither YAML nor JSON.' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, message: 'An operations file starts with "name:" and "operations:".' };
  }
  if (!('operations' in value) || !Array.isArray(value.operations)) {
    return { ok: false, message: 'The list "operations:" is missing.' };
  }
  // Checked in full by the server, which answers with the fields that are wrong.
  return { ok: true, file: value as TransitionFile };
}

/** A table as people write it, where its names allow that; anything else as it is. */
function shortTable(_key: unknown, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('schema' in value) || !('name' in value)) return value;
  const { schema, name } = value;
  if (typeof schema !== 'string' || typeof name !== 'string' || `${schema}${name}`.includes('.'))
    return value;
  return schema === 'public' ? name : `${schema}.${name}`;
}

/** What stands in the form, as a person would write it into an operations file. */
export async function writeFileText(file: TransitionFile): Promise<string> {
  const { stringify } = await import('yaml');
  const { dualWrite, ...rest } = file;
  return stringify(dualWrite === 'application' ? file : rest, shortTable, { lineWidth: 0 });
}
