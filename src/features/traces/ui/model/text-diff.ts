export interface TextPiece {
  kind: "same" | "added" | "removed";
  text: string;
}

/** Texts of more tokens than this are compared by line, and beyond that not at all: the table grows with n². */
const MAX_TOKENS = 1_500;

/** What has to be removed from `a` and added to it to get `b`: words and spaces, lines in long texts. */
export function diffText(a: string, b: string): TextPiece[] {
  if (a === b) return a === "" ? [] : [{ kind: "same", text: a }];
  const words = (text: string): string[] => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];
  let [left, right] = [words(a), words(b)];
  if (left.length > MAX_TOKENS || right.length > MAX_TOKENS) {
    [left, right] = [a.split(/(?<=\n)/), b.split(/(?<=\n)/)];
  }
  const pieces: TextPiece[] = [];
  const put = (kind: TextPiece["kind"], text: string) => {
    if (text === "") return;
    const last = pieces.at(-1);
    if (last?.kind === kind) last.text += text;
    else pieces.push({ kind, text });
  };
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start++;
  let endA = left.length;
  let endB = right.length;
  while (endA > start && endB > start && left[endA - 1] === right[endB - 1]) {
    endA--;
    endB--;
  }
  put("same", left.slice(0, start).join(""));
  if (endA - start > MAX_TOKENS || endB - start > MAX_TOKENS) {
    put("removed", left.slice(start, endA).join(""));
    put("added", right.slice(start, endB).join(""));
  } else {
    walkCommon(left.slice(start, endA), right.slice(start, endB), put);
  }
  put("same", left.slice(endA).join(""));
  return pieces;
}

/** Walks along a longest common subsequence of two lists. */
function walkCommon(
  a: readonly string[],
  b: readonly string[],
  put: (kind: TextPiece["kind"], text: string) => void,
): void {
  const width = b.length + 1;
  /** Length of the longest common subsequence of `a` from i and `b` from j, at i * width + j. */
  const length = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      length[i * width + j] =
        a[i] === b[j]
          ? length[(i + 1) * width + j + 1]! + 1
          : Math.max(length[(i + 1) * width + j]!, length[i * width + j + 1]!);
    }
  }
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      put("same", a[i]!);
      i++;
      j++;
    } else if (
      j >= b.length ||
      (i < a.length && length[(i + 1) * width + j]! >= length[i * width + j + 1]!)
    ) {
      put("removed", a[i++]!);
    } else put("added", b[j++]!);
  }
}
