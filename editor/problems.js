// What is wrong, on its line: a mark in the gutter, an underline, and a card with the server's words,
// what they mean and what can be done about it.

import { setDiagnostics } from '@codemirror/lint';
import { paragraphs } from './main.js';
import { offset } from './places.js';

/**
 * @param {import('@codemirror/view').EditorView} view
 * @param {Array<{refused: boolean, line: number, column: number, endLine: number, endColumn: number,
 *   message: string, words?: string, fixes: Array<{name: string, edits: Array}>}>} problems
 */
export function showProblems(view, problems) {
  const { doc } = view.state;
  const diagnostics = problems
    .filter(({ line }) => line > 0 && line <= doc.lines)
    .map(({ refused, line, column, endLine, endColumn, message, words, fixes }) => {
      const [from, to] = span(doc, line, column, endLine, endColumn);
      return {
        from,
        to,
        severity: refused ? 'error' : 'warning',
        message: words ? `${message}\n${words}` : message,
        renderMessage: () => said(message, words),
        actions: fixes.map(({ name, edits }) => ({ name, apply: (view) => repair(view, doc, edits) })),
      };
    });
  view.dispatch(setDiagnostics(view.state, diagnostics));
}

/** A problem of many lines is underlined on its first one only; an empty one as far as its line goes. */
function span(doc, line, column, endLine, endColumn) {
  const { from: start, to: end, text } = doc.line(line);
  const from = Math.min(offset(doc, line, column), end);
  const to = endLine === line ? offset(doc, line, endColumn) : end;
  if (to > from) return [from, Math.min(to, end)];
  const first = start + (text.length - text.trimStart().length);
  return end > first ? [Math.min(first, from), end] : [start, end];
}

function said(message, words) {
  const dom = document.createElement('div');
  const server = document.createElement('p');
  const code = document.createElement('code');
  server.lang = 'en';
  code.textContent = message;
  server.append(code);
  dom.append(server);
  if (words) dom.append(paragraphs(words));
  return dom;
}

function repair(view, doc, edits) {
  // Places of another text; the next check, in a moment, brings those of this one.
  if (view.state.doc !== doc) return;
  view.dispatch({ changes: edits, userEvent: 'input.complete', scrollIntoView: true });
  view.focus();
}
