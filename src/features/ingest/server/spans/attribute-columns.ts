import type { Attributes, SpanOrigin } from "#features/telemetry/server/index.ts";
import { isContentKey, ValueKind } from "#features/telemetry/server/index.ts";
import {
  ArrayColumn,
  FixedColumn,
  GrowingBytes,
  LowCardinalityColumn,
  MapColumn,
  NumberColumn,
  StringColumn,
} from "#platform/clickhouse/native/index.ts";
import type { PieceCollector } from "../messages/piece-collector.ts";
import { LEAST_CUT_BYTES } from "../messages/piece-cutter.ts";

/** Most pieces that one value's count can tell of. */
const MAX_PIECES = 65_535;

/** Further keys that carry content, for one project. */
export type ContentTest = { isContent(key: string): boolean };

/** The columns that attributes go to: by kind, and content apart from the rest, long content as pieces. */
export class AttributeColumns {
  readonly strings = new MapColumn(new StringColumn());
  readonly numbers = new MapColumn(new NumberColumn("Float64"));
  readonly bools = new MapColumn(new NumberColumn("Bool"));
  readonly json = new MapColumn(new StringColumn());
  readonly content = new MapColumn(new StringColumn());
  readonly contentKeys = new ArrayColumn(new LowCardinalityColumn());
  readonly contentCounts = new ArrayColumn(new NumberColumn("UInt16"));
  readonly contentHashes = new ArrayColumn(new FixedColumn("FixedString(16)", 16));
  private readonly pieces: PieceCollector;
  private readonly scratch = new GrowingBytes();

  constructor(pieces: PieceCollector) {
    this.pieces = pieces;
  }

  /** Adds one row to each column. `more` names keys that are content for this project alone. */
  add(attributes: Attributes, more: ContentTest | undefined): void {
    const { keys } = attributes;
    for (let i = 0; i < attributes.size; i++) {
      const key = keys[i]!;
      if (isContentKey(key) || more?.isContent(key)) this.addContent(attributes, i);
      else this.addAttribute(attributes, i);
    }
    this.strings.endRow();
    this.numbers.endRow();
    this.bools.endRow();
    this.json.endRow();
    this.content.endRow();
    this.contentKeys.endRow();
    this.contentCounts.endRow();
    this.contentHashes.endRow();
  }

  private addAttribute(attributes: Attributes, i: number): void {
    const kind = attributes.kinds[i];
    // An int beyond 2^53 would be wrong as a double: it keeps its decimal text.
    const isNumber =
      kind === ValueKind.double || (kind === ValueKind.int && attributes.texts[i] === undefined);
    if (isNumber) {
      this.numbers.keys.push(attributes.keys[i]!);
      this.numbers.values.push(attributes.numbers[i]!);
    } else if (kind === ValueKind.bool) {
      this.bools.keys.push(attributes.keys[i]!);
      this.bools.values.push(attributes.numbers[i]!);
    } else if (kind === ValueKind.array || kind === ValueKind.map) addText(this.json, attributes, i);
    else addText(this.strings, attributes, i);
  }

  /** Content of any kind is kept as text. */
  private addContent(attributes: Attributes, i: number): void {
    let { source } = attributes;
    let start = attributes.starts[i]!;
    let end = attributes.ends[i]!;
    if (start < 0 || attributes.kinds[i] === ValueKind.bool) {
      this.scratch.clear();
      this.scratch.rawText(attributes.textAt(i));
      source = this.scratch.bytes;
      start = 0;
      end = this.scratch.length;
    }
    if (end - start < LEAST_CUT_BYTES) {
      this.content.keys.push(attributes.keys[i]!);
      this.content.values.pushRange(source, start, end);
      return;
    }
    const count = this.pieces.add(source, start, end, this.contentHashes.items, MAX_PIECES);
    this.contentKeys.items.push(attributes.keys[i]!);
    this.contentCounts.items.push(count);
  }
}

function addText(map: MapColumn<StringColumn>, attributes: Attributes, i: number): void {
  map.keys.push(attributes.keys[i]!);
  const start = attributes.starts[i]!;
  if (start >= 0) map.values.pushRange(attributes.source, start, attributes.ends[i]!);
  else map.values.push(attributes.textAt(i));
}

/** Attributes of resource and scope, which all spans of an origin share. */
export class ResourceColumn extends MapColumn<StringColumn> {
  private lastOrigin: SpanOrigin | undefined;
  private scopeKeys: string[] = [];

  constructor() {
    super(new StringColumn());
  }

  /** Attributes of the scope are rare and say where a span comes from, as the resource's do: they stand beside them. */
  add(origin: SpanOrigin): void {
    for (const [key, value] of origin.resource) {
      this.keys.push(key);
      this.values.push(value);
    }
    if (origin.scopeAttributes) this.addScope(origin);
    this.endRow();
  }

  private addScope(origin: SpanOrigin): void {
    if (this.lastOrigin !== origin) {
      this.lastOrigin = origin;
      this.scopeKeys = [...origin.scopeAttributes!.keys()].map((key) => `scope.${key}`);
    }
    let i = 0;
    for (const value of origin.scopeAttributes!.values()) {
      this.keys.push(this.scopeKeys[i++]!);
      this.values.push(value);
    }
  }

  override clear(): void {
    super.clear();
    this.lastOrigin = undefined;
  }
}
