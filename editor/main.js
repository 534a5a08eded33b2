// The editor of the page: CodeMirror 6 over the text area that is there from the first picture on.
//
// It knows nothing of Kubernetes. What is wrong with the text, what may stand at the caret and what a
// field means is asked of the simulator through `hooks` (src/browser/editor.rs); every word that a
// person reads comes from there too. `cargo xtask finish` bundles this folder into one file, which
// the page fetches when it has nothing else to do.

import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  insertCompletionText,
  pickedCompletion,
  startCompletion,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, isolateHistory } from '@codemirror/commands';
import { indentUnit } from '@codemirror/language';
import { lintGutter, lintKeymap } from '@codemirror/lint';
import { Compartment, EditorState, RangeSet, StateEffect, StateField, Transaction } from '@codemirror/state';
import {
  Decoration,
  EditorView,
  GutterMarker,
  drawSelection,
  gutterLineClass,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  hoverTooltip,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { showProblems } from './problems.js';
import { useConstructableSheets } from './sheets.js';
import { theme } from './theme.js';
import { yaml } from './yaml.js';

/** Texts from here on are shown plain: colours would cost more than they give. */
const LONG = 400_000;

// ---- the lines that explain what happened last

const setWhy = StateEffect.define();
const whyLine = Decoration.line({ class: 'cm-why' });
class WhyNumber extends GutterMarker {
  elementClass = 'cm-why';
}
const whyNumber = new WhyNumber();

const why = StateField.define({
  create: () => [],
  update(starts, transaction) {
    for (const effect of transaction.effects) if (effect.is(setWhy)) return effect.value;
    // The text is no longer the one that runs.
    return transaction.docChanged ? [] : starts;
  },
  provide: (field) => [
    EditorView.decorations.from(field, (starts) => Decoration.set(starts.map((start) => whyLine.range(start)))),
    gutterLineClass.from(field, (starts) => RangeSet.of(starts.map((start) => whyNumber.range(start)))),
  ],
});

// ---- what the simulator is asked

function completions(hooks) {
  return ({ state, pos, explicit }) => {
    const found = hooks.complete(state.doc.toString(), pos);
    // Unasked it only helps with a word that was begun, or with the value of a field.
    const begun = found && (found.from < pos || /:\s$/.test(state.doc.sliceString(pos - 2, pos)));
    if (!found || found.options.length === 0 || !(explicit || begun)) return null;
    const options = found.options.map(({ label, detail, info, insert, kind }, place) => ({
      label,
      detail,
      type: kind,
      boost: -place,
      info: info ? () => paragraphs(info) : undefined,
      apply: (view, completion, from, to) => {
        view.dispatch({ ...insertCompletionText(view.state, insert, from, to), annotations: pickedCompletion.of(completion) });
        if (insert.endsWith(': ')) startCompletion(view);
      },
    }));
    return { from: found.from, options, validFor: /^[\w./-]*$/ };
  };
}

function help(hooks) {
  return hoverTooltip((view, position) => {
    const found = hooks.describe(view.state.doc.toString(), position);
    if (!found) return null;
    return { pos: found.from, end: found.to, above: true, create: () => ({ dom: card(found) }) };
  });
}

/** A field's name, its type and what it is for. */
function card({ title, detail, text }) {
  const dom = document.createElement('div');
  dom.className = 'cm-card';
  const head = document.createElement('p');
  const name = document.createElement('code');
  name.textContent = title;
  head.append(name);
  if (detail) {
    const small = document.createElement('small');
    small.textContent = ` ${detail}`;
    head.append(small);
  }
  dom.append(head, paragraphs(text));
  return dom;
}

/** Sentences, a paragraph each line. */
export function paragraphs(text) {
  const dom = document.createElement('div');
  dom.append(...text.split('\n').filter(Boolean).map(paragraph));
  return dom;
}

/** A sentence; what stands between backticks is code. */
function paragraph(text) {
  const dom = document.createElement('p');
  text.split('`').forEach((part, index) => {
    if (index % 2 === 0) return dom.append(part);
    const code = document.createElement('code');
    code.textContent = part;
    dom.append(code);
  });
  return dom;
}

// ---- the editor

/**
 * Opens the editor inside `host`, with the text, the caret and the focus of `area`.
 *
 * @param {HTMLTextAreaElement} area
 * @param {HTMLElement} host
 * @param {object} hooks `changed(text)`, `apply()`, `complete(text, place)`,
 *   `describe(text, place)`, `words`: the phrases
 */
export function open(area, host, hooks) {
  useConstructableSheets(document);
  const phrases = new Compartment();
  const spoken = (words) => [
    EditorState.phrases.of(words),
    EditorView.contentAttributes.of({
      'aria-label': words.label,
      'aria-describedby': 'editor-keys problems',
      autocapitalize: 'off',
      autocorrect: 'off',
      spellcheck: 'false',
      translate: 'no',
      tabindex: '0',
    }),
  ];
  const apply = () => {
    hooks.apply();
    return true;
  };
  const state = EditorState.create({
    doc: area.value,
    extensions: [
      theme,
      lintGutter(),
      lineNumbers(),
      why,
      history(),
      area.value.length < LONG ? yaml : [],
      indentUnit.of('  '),
      EditorState.tabSize.of(2),
      highlightSpecialChars(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      drawSelection(),
      closeBrackets(),
      autocompletion({ override: [completions(hooks)], icons: false }),
      help(hooks),
      phrases.of(spoken(hooks.words)),
      // Tab isn't taken: it goes on to the next control, as everywhere on the page.
      keymap.of([
        { key: 'Mod-Enter', run: apply },
        ...closeBracketsKeymap,
        ...completionKeymap,
        ...defaultKeymap,
        ...historyKeymap,
        ...lintKeymap,
      ]),
      EditorView.updateListener.of((update) => {
        const own = update.transactions.every((transaction) => transaction.annotation(Transaction.remote));
        if (update.docChanged && !own) hooks.changed(update.state.doc.toString());
      }),
    ],
  });
  const view = new EditorView({ state, parent: host });
  // When problems appear below, the line that is being written stays in sight.
  new ResizeObserver(() => {
    if (view.hasFocus) view.dispatch({ effects: EditorView.scrollIntoView(view.state.selection.main.head) });
  }).observe(host);
  if (document.activeElement === area) {
    view.dispatch({ selection: { anchor: area.selectionStart, head: area.selectionEnd }, scrollIntoView: true });
    view.focus();
  }

  return {
    /** Takes another text, as one step that can be undone; what stays the same keeps its caret. */
    setText(text) {
      const changes = difference(view.state.doc.toString(), text);
      if (!changes) return;
      view.dispatch({
        changes,
        annotations: [isolateHistory.of('full'), Transaction.remote.of(true), Transaction.addToHistory.of(true)],
      });
    },
    setProblems(problems) {
      showProblems(view, problems);
    },
    setWhy(lines) {
      const { doc } = view.state;
      const starts = [...lines].filter((line) => line >= 1 && line <= doc.lines).map((line) => doc.line(line).from);
      view.dispatch({ effects: setWhy.of(starts) });
    },
    setWords(words) {
      view.dispatch({ effects: phrases.reconfigure(spoken(words)) });
    },
    focus() {
      view.focus();
    },
    close() {
      view.destroy();
    },
  };
}

/** The one change between two texts, if they differ. */
function difference(before, after) {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before[from] === after[from]) from += 1;
  let same = 0;
  while (same < shorter - from && before[before.length - 1 - same] === after[after.length - 1 - same]) same += 1;
  return { from, to: before.length - same, insert: after.slice(from, after.length - same) };
}
