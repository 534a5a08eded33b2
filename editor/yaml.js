// YAML in colours, line by line: enough to read it, no parser. Also where the next line begins.

import { HighlightStyle, StreamLanguage, indentService, syntaxHighlighting } from '@codemirror/language';
import { tags } from '@lezer/highlight';

const KEY = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#:{}[\],&*!|>'"%@`-](?:[^#:{}[\],]|:(?=\S)|(?<=\S)#)*|-(?=\S)[^#:{}[\],]*)(?=\s*:(?:\s|$))/;
const NUMBER = /^[-+]?(?:\d[\d_]*(?:\.\d*)?(?:e[-+]?\d+)?|0x[\da-f]+|0o[0-7]+)(?=\s*(?:#|$|[,\]}]))/i;
const WORD = /^(?:true|false|null|~|yes|no|on|off)(?=\s*(?:#|$|[,\]}]))/i;
const BLOCK = /^[|>][-+\d]*(?=\s*(?:#|$))/;

const parser = {
  name: 'yaml',
  startState: () => ({ block: -1, opened: -1, quote: '', depth: 0 }),
  copyState: (state) => ({ ...state }),
  blankLine: () => {},
  languageData: { commentTokens: { line: '#' }, closeBrackets: { brackets: ['[', '{', '"', "'"] } },
  token(stream, state) {
    if (stream.sol()) {
      const indent = stream.indentation();
      if (state.opened >= 0) {
        // The block scalar goes on as far as lines are deeper than the line that opened it.
        if (indent > state.opened) {
          stream.skipToEnd();
          return 'string.special';
        }
        state.opened = -1;
      }
      state.block = indent;
      if (!state.quote && stream.match(/^(?:---|\.\.\.)(?=\s|$)/)) return 'meta';
    }
    if (state.quote) return quoted(stream, state);
    if (stream.eatSpace()) return null;
    const before = stream.pos === 0 ? ' ' : stream.string[stream.pos - 1];
    if (stream.peek() === '#' && /\s/.test(before)) {
      stream.skipToEnd();
      return 'comment';
    }
    if (stream.match(/^-(?=\s|$)/)) {
      // `- name:` opens a mapping that is deeper than the dash.
      return 'punctuation';
    }
    if (stream.match(BLOCK)) {
      state.opened = state.block;
      return 'punctuation';
    }
    if (stream.match(/^[{}[\],]/)) return 'punctuation';
    if (stream.match(/^:(?=\s|$)/)) return 'punctuation';
    if (stream.match(KEY)) return 'propertyName';
    if (stream.match(/^[&*!][^\s,\]}]*/)) return 'meta';
    if (/[\s[,{]/.test(before) && (stream.match(NUMBER) || stream.match(WORD))) return 'number';
    const next = stream.peek();
    if (next === '"' || next === "'") {
      stream.next();
      state.quote = next;
      return quoted(stream, state);
    }
    if (!stream.match(/^(?:[^\s#,\]}:]|:(?=\S)|(?<=\S)#)+/)) stream.next();
    return null;
  },
};

function quoted(stream, state) {
  while (!stream.eol()) {
    const letter = stream.next();
    if (letter === '\\' && state.quote === '"') stream.next();
    else if (letter === state.quote) {
      state.quote = '';
      break;
    }
  }
  return 'string';
}

/** As deep as the line before, and one step deeper after `key:` and `key: |`. */
const indentation = indentService.of((context, position) => {
  const line = context.lineAt(position, -1);
  const { text } = line;
  const indent = /^\s*/.exec(text)[0].length;
  if (/^\s*(#|$)/.test(text)) return indent;
  const [dashes] = /^(?:-\s+)*/.exec(text.slice(indent));
  const deeper = /:\s*(?:[|>][-+\d]*)?\s*(?:#.*)?$/.test(text) ? context.unit : 0;
  return indent + dashes.length + deeper;
});

const colours = HighlightStyle.define([
  { tag: tags.propertyName, class: 'y-key' },
  { tag: tags.string, class: 'y-text' },
  { tag: tags.special(tags.string), class: 'y-script' },
  { tag: tags.number, class: 'y-number' },
  { tag: tags.comment, class: 'y-comment' },
  { tag: tags.punctuation, class: 'y-mark' },
  { tag: tags.meta, class: 'y-mark' },
]);

export const yaml = [StreamLanguage.define(parser), indentation, syntaxHighlighting(colours)];
