import { type CodeLanguage, codeTokens, type TokenKind } from './code-tokens';

const LOOKS: Record<TokenKind, string | undefined> = {
  plain: undefined,
  keyword: 'text-running',
  string: 'text-done',
  comment: 'text-ink-3',
  number: 'text-held',
  identifier: undefined,
};

/** Code in light colours, as inline elements. */
export function HighlightedCode({
  code,
  language,
}: {
  readonly code: string;
  readonly language: CodeLanguage;
}) {
  let offset = 0;
  return codeTokens(code, language).map((token) => {
    const key = offset;
    offset += token.text.length;
    const look = LOOKS[token.kind];
    return look === undefined ? (
      token.text
    ) : (
      <span key={key} className={look}>
        {token.text}
      </span>
    );
  });
}
