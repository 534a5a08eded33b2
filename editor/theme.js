// How the editor looks: the page's own tokens (static/style.css), so that it follows the theme. These
// rules come with the editor, since nobody needs them before.

import { EditorView } from '@codemirror/view';

const MONO = 'var(--mono)';
const card = {
  border: '1px solid var(--line-strong)',
  borderRadius: '8px',
  backgroundColor: 'var(--raised)',
  color: 'var(--ink)',
  boxShadow: 'var(--shadow-high)',
};

export const theme = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--surface)', color: 'var(--ink)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: MONO, fontSize: '12.5px', lineHeight: '20px', scrollbarWidth: 'thin' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 16px 0 6px' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)', borderLeftWidth: '2px' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'rgb(74 124 246 / 28%)',
  },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'rgb(74 124 246 / 8%)' },

  '.cm-gutters': { border: 'none', backgroundColor: 'var(--surface)', color: 'var(--faint)' },
  '.cm-lineNumbers .cm-gutterElement': {
    minWidth: '26px',
    padding: '0 6px 0 4px',
    fontSize: '11.5px',
    fontVariantNumeric: 'tabular-nums',
  },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--ink)' },
  '.cm-gutter-lint': { width: '16px' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '0 0 0 3px' },
  '.cm-lint-marker': { width: '13px', height: '13px', marginTop: '3px' },

  '.cm-line.cm-why': { backgroundColor: 'var(--why)' },
  '.cm-gutterElement.cm-why': { backgroundColor: 'var(--why)', color: 'var(--ink)' },
  '.cm-gutter-lint .cm-gutterElement.cm-why': { boxShadow: 'inset 3px 0 var(--why-edge)' },

  '.cm-lintRange': { backgroundImage: 'none', paddingBottom: '0' },
  '.cm-lintRange-error': { textDecoration: 'underline wavy var(--fail-fill) 1.2px', textUnderlineOffset: '3px' },
  '.cm-lintRange-warning': { textDecoration: 'underline wavy var(--crash-fill) 1.2px', textUnderlineOffset: '3px' },
  '.cm-lintRange-active': { backgroundColor: 'var(--accent-soft)' },

  '.cm-tooltip': { ...card, maxWidth: 'min(30rem, calc(100vw - 24px))', font: '13px/1.45 var(--sans)' },
  '.cm-tooltip code': { fontFamily: MONO, fontSize: '12px', overflowWrap: 'anywhere' },
  '.cm-tooltip p': { margin: '0' },
  '.cm-tooltip p + p': { marginTop: '4px' },
  '.cm-tooltip.cm-tooltip-lint': { padding: '0', overflow: 'hidden' },
  '.cm-tooltip-hover .cm-tooltip-section:not(:first-child)': { borderTop: '1px solid var(--line)' },
  '.cm-card': { padding: '8px 12px', maxWidth: '26rem' },
  '.cm-card small': { color: 'var(--muted)' },
  '.cm-diagnostic': { padding: '8px 12px', marginLeft: '0', borderLeft: '4px solid var(--fail-fill)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--crash-fill)' },
  '.cm-diagnosticText p:first-child code': { color: 'var(--fail)', fontWeight: '600' },
  '.cm-diagnostic-warning .cm-diagnosticText p:first-child code': { color: 'var(--crash)' },
  '.cm-diagnosticAction': {
    margin: '8px 8px 0 0',
    padding: '4px 10px',
    minHeight: '28px',
    border: '1px solid var(--accent)',
    borderRadius: '6px',
    backgroundColor: 'var(--accent-soft)',
    color: 'var(--accent)',
    font: '600 12.5px/1.3 var(--sans)',
    cursor: 'pointer',
  },
  '.cm-diagnosticAction:hover': { backgroundColor: 'var(--accent)', color: 'var(--accent-ink)' },

  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: MONO, fontSize: '12.5px', maxHeight: '14em' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 10px', lineHeight: '1.4' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--accent-ink)' },
  '.cm-completionDetail': { marginLeft: '10px', color: 'var(--muted)', fontStyle: 'normal', fontSize: '11.5px' },
  'li[aria-selected] .cm-completionDetail': { color: 'inherit' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-tooltip.cm-completionInfo': { ...card, padding: '8px 12px', maxWidth: '22rem' },

  '.cm-panels': { backgroundColor: 'var(--sunken)', color: 'var(--ink)' },
  '.cm-panels-bottom': { borderTop: '1px solid var(--line)' },
  '.cm-panel.cm-panel-lint ul': { maxHeight: '9em', font: '13px/1.45 var(--sans)' },
  '.cm-panel.cm-panel-lint ul [aria-selected]': { backgroundColor: 'var(--accent-soft)' },
  '.cm-panel.cm-panel-lint button[name=close]': { color: 'var(--ink)', padding: '2px 8px' },
});
