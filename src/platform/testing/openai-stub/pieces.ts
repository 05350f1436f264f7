/** Cuts a text into the fragments of a stream, a dozen characters each; never inside a surrogate pair. */
export function* pieces(text: string, length = 12): Generator<string> {
  let piece = "";
  for (const character of text) {
    piece += character;
    if (piece.length >= length) {
      yield piece;
      piece = "";
    }
  }
  if (piece) yield piece;
}
