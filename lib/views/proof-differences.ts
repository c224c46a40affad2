/** One thing that is not the same after the file and after the plan. */
export interface DifferenceView {
  /** "column public.users.score" */
  readonly what: string;
  /** As it is after the file; null: it is not there. */
  readonly file: string | null;
  readonly plan: string | null;
}

const NAME = String.raw`(?:"(?:[^"]|"")*"|[^\s"])+`;
/** A kind of fact, how its name is written, and what it is called. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`^relation r (${NAME}) `), 'table'],
  [new RegExp(`^relation p (${NAME}) `), 'partitioned table'],
  [new RegExp(`^relation v (${NAME}) `), 'view'],
  [new RegExp(`^relation m (${NAME}) `), 'materialized view'],
  [new RegExp(`^relation S (${NAME}) `), 'sequence'],
  [new RegExp(`^relation [iI] (${NAME}) `), 'index'],
  [new RegExp(`^index CREATE (?:UNIQUE )?INDEX (${NAME}) `), 'definition of index'],
  [new RegExp(`^view (${NAME}) `), 'definition of view'],
  [new RegExp(`^column (${NAME}) `), 'column'],
  [new RegExp(`^constraint (${NAME} ${NAME}) `), 'constraint'],
  [new RegExp(`^policy (${NAME} ${NAME}) `), 'policy'],
  [new RegExp(`^(?:trigger )CREATE (?:CONSTRAINT )?TRIGGER (${NAME}) `), 'trigger'],
  [new RegExp(`^sequence (${NAME}) owned `), 'owner of sequence'],
  [new RegExp(`^sequence (${NAME}) as `), 'sequence'],
  [new RegExp(`^(?:function|enum|domain|schema|partitions|extension) (${NAME})`), ''],
];

/** Lines of a proof as things with two sides, one for each name. What is said in words stays so. Pure. */
export function differenceViews(lines: readonly string[]): DifferenceView[] {
  const found = new Map<string, { what: string; file: string | null; plan: string | null }>();
  for (const line of lines) {
    const [, sign, text = line] = /^([-+]) (.*)$/s.exec(line) ?? [];
    const { what, rest } = sign === undefined ? inWords(line) : named(text);
    const entry = found.get(what) ?? { what, file: null, plan: null };
    found.set(what, entry);
    if (sign === '-') entry.file = joined(entry.file, rest);
    if (sign === '+') entry.plan = joined(entry.plan, rest);
    if (sign === undefined) [entry.file, entry.plan] = sidesOf(rest);
  }
  return [...found.values()];
}

const joined = (before: string | null, text: string): string =>
  before === null ? text : `${before}\n${text}`;

function named(text: string): { what: string; rest: string } {
  for (const [pattern, word] of KINDS) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const [whole = '', name = ''] = match;
    const kind = word === '' ? (text.split(' ')[0] ?? '') : word;
    const isDefinition = /^(index|trigger) CREATE/.test(text);
    return {
      what: `${kind} ${name}`,
      rest: (isDefinition ? text.replace(/^\w+ /, '') : text.slice(whole.length)).trim(),
    };
  }
  return { what: text, rest: '' };
}

/** "rows of public.users: 3 and 4" */
function inWords(line: string): { what: string; rest: string } {
  const match = /^((?:rows of|sequence) .+): (.+ and .+)$/.exec(line);
  return match === null ? { what: line, rest: '' } : { what: match[1] ?? line, rest: match[2] ?? '' };
}

const sidesOf = (rest: string): [string | null, string | null] => {
  const at = rest.lastIndexOf(' and ');
  return at < 0 ? [null, null] : [rest.slice(0, at), rest.slice(at + 5)];
};
