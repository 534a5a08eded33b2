// Lines and columns of the simulator (both from 1, columns in characters) and offsets of CodeMirror
// (UTF-16 units from the beginning of the text).

/** The offset of a place; a place outside the text is the nearest one inside. */
export function offset(doc, line, column) {
  const { from, text } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  let units = 0;
  let passed = 1;
  for (const character of text) {
    if (passed >= column) break;
    units += character.length;
    passed += 1;
  }
  return from + units;
}
