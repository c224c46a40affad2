import type { MigrationReading, Question, StatementReading } from '@/lib/planner/from-sql/migration-reading';
import { printJson, printLine } from './output';

const shorten = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
};

function fateInWords({ fate }: StatementReading): string {
  switch (fate.kind) {
    case 'operation':
      return `operation ${fate.operations.map((index) => index + 1).join(', ')}`;
    case 'nothing':
      return `nothing to do: ${fate.why}`;
    case 'asks':
      return `asks ${fate.question}`;
    case 'refused':
      return `refused (${fate.code}): ${fate.why} ${fate.next}`;
  }
}

function questionLines(question: Question): string[] {
  const lines = [
    `\n${question.required && question.answer === null ? 'open' : 'question'} (line ${question.line}): ${question.text}`,
  ];
  for (const { id, title, meaning } of question.options) lines.push(`  ${id}: ${title}. ${meaning}`);
  const example = question.answer ?? question.suggestion ?? question.options[0]?.id ?? '…';
  lines.push(`  --answer "${question.id}=${example.replaceAll(/["\\$`]/g, '\\$&')}"`);
  return lines;
}

/** What became of each statement, and what was or is to be decided. */
export function printReading(reading: MigrationReading): void {
  printLine('\nStatements:');
  for (const statement of reading.statements)
    printLine(`  line ${statement.line}: ${shorten(statement.text)}\n    ${fateInWords(statement)}`);
  for (const question of reading.questions) for (const line of questionLines(question)) printLine(line);
  for (const assumption of reading.assumptions) printLine(`\nassumed: ${assumption}`);
}

/** A migration that is no plan yet: what is missing. Exit 2 where a statement is refused, 3 where answers are. */
export function printOpenReading(reading: MigrationReading, json: boolean): 0 | 2 | 3 {
  const refusals = reading.statements.flatMap(({ line, column, fate }) =>
    fate.kind === 'refused'
      ? [`segue: line ${line}:${column} (${fate.code}) ${fate.why} ${fate.next}\n`]
      : [],
  );
  const unread = reading.statements.some(({ fate }) => fate.kind === 'refused' && fate.code === 'syntax');
  if (json) printJson({ questions: reading.questions, statements: reading.statements });
  else if (!unread) printReading(reading);
  for (const refusal of refusals) process.stderr.write(refusal);
  if (refusals.length > 0) return 2;
  const open = reading.questions.filter(({ required, answer }) => required && answer === null);
  if (open.length === 0) {
    process.stderr.write('segue: Nothing in this file needs to be done.\n');
    return 0;
  }
  process.stderr.write(
    `segue: ${open.length === 1 ? 'One question is' : `${open.length} questions are`} open: ${open.map(({ id }) => id).join(', ')}. Answer with --answer or --answers.\n`,
  );
  return 3;
}
