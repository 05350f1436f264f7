import { CONTENT_MARK, genAiTraces } from "#features/ingest/server/otlp/testing/gen-ai-batch.ts";
import { encodeTraces } from "#features/ingest/server/otlp/testing/otlp-encoder.ts";

/** Fields of a span as they lie in an encoded request: tag and length bytes before the value. */
const START_TIME_TAG = 0x39;
const END_TIME_TAG = 0x41;
const SPANS_PER_TRACE = 10;

/**
 * An encoded export request whose ids, times and words can be replaced in place, so that sending fresh spans costs
 * the generator next to nothing. Ids of a trace are changed by one random mask, which keeps children with
 * their parents; times are moved by one offset, which keeps durations; each message of a trace gets the same new
 * word wherever it stands, so that a history repeats within its trace and nowhere else.
 */
export class SpanTemplate {
  readonly spans: number;
  readonly bytes: Buffer;
  private readonly original: Buffer;
  private readonly traces: TraceSlots[] = [];
  private readonly madeAtMs: number;

  /** `spans` is rounded to whole traces of ten spans. */
  constructor(spans: number, seed: number) {
    const traceCount = Math.max(1, Math.round(spans / SPANS_PER_TRACE));
    this.spans = traceCount * SPANS_PER_TRACE;
    this.madeAtMs = Date.now();
    const groups = genAiTraces({
      traces: traceCount,
      spansPerTrace: SPANS_PER_TRACE,
      seed,
      nowMs: this.madeAtMs,
    });
    this.bytes = encodeTraces(groups);
    this.original = Buffer.from(this.bytes);
    let at = 0;
    let current: { id: string; slots: TraceSlots } | undefined;
    for (const span of groups.flatMap((group) => group.scopeSpans.flatMap((scope) => scope.spans))) {
      if (current?.id !== span.traceId) {
        current = { id: span.traceId, slots: { traceIds: [], spanIds: [], times: [], marks: [] } };
        this.traces.push(current.slots);
      }
      const find = (field: Buffer) => {
        const found = this.bytes.indexOf(field, at);
        if (found < 0) throw new Error("A template's field was not found in its bytes.");
        at = found + field.length;
        return at;
      };
      const { slots } = current;
      slots.traceIds.push(find(Buffer.from(`0a10${span.traceId}`, "hex")) - 16);
      slots.spanIds.push(find(Buffer.from(`1208${span.spanId}`, "hex")) - 8);
      if (span.parentSpanId) slots.spanIds.push(find(Buffer.from(`2208${span.parentSpanId}`, "hex")) - 8);
      slots.times.push(find(timeField(START_TIME_TAG, span.startNs)) - 8);
      slots.times.push(find(timeField(END_TIME_TAG, span.endNs)) - 8);
    }
    this.findMarks();
  }

  private findMarks(): void {
    let trace = 0;
    for (let at = this.bytes.indexOf(CONTENT_MARK); at >= 0; at = this.bytes.indexOf(CONTENT_MARK, at + 1)) {
      while ((this.traces[trace + 1]?.traceIds[0] ?? Number.POSITIVE_INFINITY) < at) trace++;
      this.traces[trace]!.marks.push(at);
    }
  }

  /** Trace id and span id of every span as they are now, in hex, one after the other. */
  keys(): string[] {
    const hex = (at: number, bytes: number) => this.bytes.toString("hex", at, at + bytes);
    // A span's own id follows its trace id: 16 bytes, then a tag and a length.
    return this.traces.flatMap(({ traceIds }) => traceIds.map((at) => hex(at, 16) + hex(at + 18, 8)));
  }

  /** Gives every trace new ids and words and moves its times to now; the bytes are valid until the next call. */
  refresh(nowMs: number): Buffer {
    const { bytes, original } = this;
    const shift = BigInt(nowMs - this.madeAtMs) * 1_000_000n;
    for (const { traceIds, spanIds, times, marks } of this.traces) {
      const masks = [randomWord(), randomWord(), randomWord(), randomWord()] as const;
      for (const at of traceIds) for (let i = 0; i < 4; i++) maskWord(bytes, original, at + i * 4, masks[i]!);
      for (const at of spanIds) for (let i = 0; i < 2; i++) maskWord(bytes, original, at + i * 4, masks[i]!);
      for (const at of times) bytes.writeBigUInt64LE(original.readBigUInt64LE(at) + shift, at);
      for (const at of marks) {
        writeLetters(bytes, at, masks[2]!);
        writeLetters(bytes, at + 4, masks[3]!);
      }
    }
    return bytes;
  }
}

/** Offsets of the values to replace in one trace. */
interface TraceSlots {
  /** One per span, in the order of the spans. */
  traceIds: number[];
  /** Own ids and those of parents. */
  spanIds: number[];
  times: number[];
  /** Where the content's mark stands. */
  marks: number[];
}

function timeField(tag: number, ns: bigint): Buffer {
  const field = Buffer.alloc(9);
  field[0] = tag;
  field.writeBigUInt64LE(ns, 1);
  return field;
}

function maskWord(bytes: Buffer, original: Buffer, at: number, mask: number): void {
  bytes.writeInt32LE(original.readInt32LE(at) ^ mask, at);
}

/** Four lower-case letters. */
function writeLetters(bytes: Buffer, at: number, from: number): void {
  for (let i = 0; i < 4; i++) bytes[at + i] = 0x61 + ((from >>> (i * 8)) & 15);
}

function randomWord(): number {
  return (Math.random() * 0x1_0000_0000) | 0;
}
