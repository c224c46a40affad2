'use client';

import { CircleCheck, CircleHelp } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Choice } from '@/components/ui/choice';
import { Field } from '@/components/ui/field';
import { Input, Textarea } from '@/components/ui/input';
import type { MigrationView } from '@/lib/views/migration-view';

import { plainNames } from './plain-names';

export type Question = MigrationView['questions'][number];

interface QuestionNoteProps {
  readonly question: Question;
  /** Why the answer was not taken. */
  readonly error: string | null;
  /** null takes the answer back. */
  readonly onAnswer: (answer: string | null) => void;
}

const FROM_FILE = 'The file itself suggests this.';
const IN_EFFECT = 'Used unless you say otherwise.';

function Reading({ question, onAnswer }: QuestionNoteProps) {
  return (
    <div className="space-y-2">
      <p className="font-medium break-words">{plainNames(question.text)}</p>
      <Choice
        label={plainNames(question.text)}
        // What is in effect without an answer is shown as chosen; what is only suggested is not.
        value={question.answer ?? (question.required ? '' : (question.suggestion ?? ''))}
        onChange={onAnswer}
        options={question.options.map(({ id, title, meaning }) => ({
          value: id,
          label: title,
          hint:
            id === question.suggestion ? `${meaning} ${question.required ? FROM_FILE : IN_EFFECT}` : meaning,
        }))}
      />
    </div>
  );
}

/** SQL that the file does not give. A suggestion stands in the field, and counts once a person uses it. */
function Sql({ question, error, onAnswer }: QuestionNoteProps) {
  const [text, setText] = useState(question.answer ?? question.suggestion ?? '');
  const value = text.trim();
  const used = question.answer !== null && value === question.answer;
  const suggested = question.answer === null && value !== '' && value === question.suggestion;
  // What holds without an answer needs none.
  const inEffect = suggested && !question.required;
  const long = question.kind === 'way-back';
  const use = (): void => {
    if (value !== '' && !used && !inEffect) onAnswer(value);
  };
  const hint = used
    ? 'Used in the plan.'
    : suggested
      ? question.required
        ? `${FROM_FILE} It counts once you use it.`
        : IN_EFFECT
      : long
        ? 'SQL'
        : 'An SQL expression';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        use();
      }}
    >
      <Field label={plainNames(question.text)} hint={hint} error={error} optional={!question.required}>
        {(ids) => (
          <div className="flex flex-wrap items-start gap-2">
            {long ? (
              <Textarea
                {...ids}
                rows={3}
                spellCheck={false}
                className="min-w-0 flex-1 basis-full font-mono text-sm"
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            ) : (
              <Input
                {...ids}
                spellCheck={false}
                autoComplete="off"
                className="w-auto min-w-0 flex-1 basis-48 font-mono text-sm"
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            )}
            <Button
              type="submit"
              variant={used || inEffect ? 'secondary' : 'primary'}
              disabled={value === '' || used || inEffect}
            >
              {used || inEffect ? 'Used' : 'Use it'}
            </Button>
            {question.answer === null ? null : (
              <Button
                variant="quiet"
                onClick={() => {
                  onAnswer(null);
                }}
              >
                Take back
              </Button>
            )}
          </div>
        )}
      </Field>
    </form>
  );
}

/** What the file does not say, asked beneath its line. */
export function QuestionNote(props: QuestionNoteProps) {
  const { question } = props;
  const open = question.answer === null;
  const Icon = open ? CircleHelp : CircleCheck;
  return (
    <fieldset className="flex min-w-0 gap-2" data-question={question.id}>
      <legend className="sr-only">
        {open && question.required ? 'Question, open' : 'Question'}, line {question.line}
      </legend>
      <Icon
        aria-hidden
        size={15}
        className={`mt-[3px] shrink-0 ${open ? (question.required ? 'text-waiting' : 'text-ink-3') : 'text-done'}`}
      />
      <div className="min-w-0 flex-1">
        {question.options.length > 0 ? <Reading {...props} /> : <Sql {...props} />}
      </div>
    </fieldset>
  );
}
