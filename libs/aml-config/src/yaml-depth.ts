import { CST, Lexer } from 'yaml';

/** Real files nest three levels. */
const DEEPEST = 60;

/**
 * The offset where a text nests deeper than any configuration does; undefined: it does not.
 * The parser composes nested values by recursion, and a text such as 100,000 opening brackets ends the process
 * beyond anything that can be caught. So depth is bounded on the tokens, before it parses. What is counted is an upper bound of the real depth.
 */
export function offsetOfTooDeepNesting(text: string): number | undefined {
  const indents: number[] = [];
  let brackets = 0;
  let indicators = 0;
  let column = 0;
  let offset = 0;
  let lineIsNew = true;
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    if (type === 'newline') {
      [column, indicators, lineIsNew] = [0, 0, true];
    } else {
      if (lineIsNew && type !== 'space') {
        lineIsNew = false;
        while ((indents.at(-1) ?? -1) >= column) indents.pop();
        indents.push(column);
      }
      if (type === 'flow-seq-start' || type === 'flow-map-start') brackets += 1;
      else if (type === 'flow-seq-end' || type === 'flow-map-end') brackets = Math.max(0, brackets - 1);
      else if (brackets === 0 && isBlockIndicator(type)) indicators += 1;
      const lineEnd = token.lastIndexOf('\n');
      column = lineEnd < 0 ? column + token.length : token.length - lineEnd - 1;
      if (brackets + indicators + 2 * indents.length > 2 * DEEPEST) return Math.min(offset, text.length);
    }
    if (!isControlToken(token)) offset += token.length;
  }
  return undefined;
}

function isBlockIndicator(type: string | null): boolean {
  return type === 'seq-item-ind' || type === 'explicit-key-ind' || type === 'map-value-ind';
}

/** The lexer marks documents, scalars and errors in flow by characters that are not in the text. */
function isControlToken(token: string): boolean {
  return token === CST.DOCUMENT || token === CST.SCALAR || token === CST.FLOW_END;
}
