// The page's policy allows no style element, which is what CodeMirror writes its rules into, unless it
// stands in a shadow root: there it makes a constructable style sheet, which the policy allows. The
// document can have such sheets too, so it is handed over in the form of a shadow root.

import { StyleModule } from 'style-mod';

let done = false;

export function useConstructableSheets(document) {
  if (done || !('adoptedStyleSheets' in document)) return;
  done = true;
  const root = {
    ownerDocument: document,
    get adoptedStyleSheets() {
      return document.adoptedStyleSheets;
    },
    set adoptedStyleSheets(sheets) {
      document.adoptedStyleSheets = sheets;
    },
  };
  const mount = StyleModule.mount;
  StyleModule.mount = (place, modules) => mount.call(StyleModule, place === document ? root : place, modules);
}
