import type { SpanFacts, SpanView } from "#features/telemetry/server/index.ts";
import {
  ArrayColumn,
  FixedColumn,
  LowCardinalityColumn,
  type NativeColumn,
  NullableNumberColumn,
  NumberColumn,
  StringColumn,
  WideColumn,
} from "#platform/clickhouse/native/index.ts";
import type { PieceCollector } from "../messages/piece-collector.ts";
import { AttributeColumns, type ContentTest, ResourceColumn } from "./attribute-columns.ts";
import { durationNs } from "./span-time.ts";

/** What a row holds besides the span and its facts. */
export interface RowContext {
  /** Project id in ClickHouse's byte order. */
  projectId: Buffer;
  receivedAtMs: number;
  dialect: string;
  /** NaN when no price is known. */
  costUsd: number;
  priceVersion: string;
  /** Further keys that carry content in this project. */
  content: ContentTest | undefined;
}

/** The columns of `spans`, filled span by span and emptied block by block: nothing is allocated per span. */
export class SpanColumns {
  private readonly attributes: AttributeColumns;
  private readonly projectId = new FixedColumn("UUID", 16);
  private readonly traceId = new FixedColumn("FixedString(16)", 16);
  private readonly spanId = new FixedColumn("FixedString(8)", 8);
  private readonly parentSpanId = new FixedColumn("FixedString(8)", 8);
  private readonly isRoot = new NumberColumn("UInt8");
  private readonly startTime = new WideColumn("DateTime64(9, 'UTC')");
  private readonly durationNs = new WideColumn("UInt64");
  private readonly receivedAt = new WideColumn("DateTime64(3, 'UTC')");
  private readonly name = new LowCardinalityColumn();
  private readonly kind = new NumberColumn("UInt8");
  private readonly status = new NumberColumn("UInt8");
  private readonly statusMessage = new StringColumn();
  private readonly errorType = new LowCardinalityColumn();
  private readonly service = new LowCardinalityColumn();
  private readonly environment = new LowCardinalityColumn();
  private readonly dialect = new LowCardinalityColumn();
  private readonly operation = new LowCardinalityColumn();
  private readonly agent = new LowCardinalityColumn();
  private readonly agentId = new StringColumn();
  private readonly agentVersion = new LowCardinalityColumn();
  private readonly model = new LowCardinalityColumn();
  private readonly requestModel = new LowCardinalityColumn();
  private readonly provider = new LowCardinalityColumn();
  private readonly serviceTier = new LowCardinalityColumn();
  private readonly tool = new LowCardinalityColumn();
  private readonly finishReason = new LowCardinalityColumn();
  private readonly sessionId = new StringColumn();
  private readonly userId = new StringColumn();
  private readonly tags = new ArrayColumn(new LowCardinalityColumn());
  private readonly inputUncached = new WideColumn("UInt64");
  private readonly cacheRead = new WideColumn("UInt64");
  private readonly cacheWrite = new WideColumn("UInt64");
  private readonly cacheWriteLong = new WideColumn("UInt64");
  private readonly output = new WideColumn("UInt64");
  private readonly reasoning = new WideColumn("UInt64");
  private readonly inputAudio = new WideColumn("UInt64");
  private readonly outputAudio = new WideColumn("UInt64");
  private readonly costUsd = new NullableNumberColumn();
  private readonly priceVersion = new LowCardinalityColumn();
  private readonly timeToFirstToken = new NumberColumn("Float32");
  private readonly resource = new ResourceColumn();
  private readonly scopeName = new LowCardinalityColumn();
  private readonly scopeVersion = new LowCardinalityColumn();
  private readonly traceState = new StringColumn();
  private readonly events = new StringColumn();
  private readonly links = new StringColumn();
  /** Names and columns, in the order they are written. */
  readonly entries: readonly (readonly [name: string, column: NativeColumn])[];

  constructor(pieces: PieceCollector) {
    const attributes = new AttributeColumns(pieces);
    this.attributes = attributes;
    this.entries = [
      ["project_id", this.projectId],
      ["trace_id", this.traceId],
      ["span_id", this.spanId],
      ["parent_span_id", this.parentSpanId],
      ["is_root", this.isRoot],
      ["start_time", this.startTime],
      ["duration_ns", this.durationNs],
      ["received_at", this.receivedAt],
      ["name", this.name],
      ["kind", this.kind],
      ["status", this.status],
      ["status_message", this.statusMessage],
      ["error_type", this.errorType],
      ["service", this.service],
      ["environment", this.environment],
      ["dialect", this.dialect],
      ["operation", this.operation],
      ["agent", this.agent],
      ["agent_id", this.agentId],
      ["agent_version", this.agentVersion],
      ["model", this.model],
      ["request_model", this.requestModel],
      ["provider", this.provider],
      ["service_tier", this.serviceTier],
      ["tool", this.tool],
      ["finish_reason", this.finishReason],
      ["session_id", this.sessionId],
      ["user_id", this.userId],
      ["tags", this.tags],
      ["tokens_input_uncached", this.inputUncached],
      ["tokens_cache_read", this.cacheRead],
      ["tokens_cache_write", this.cacheWrite],
      ["tokens_cache_write_long", this.cacheWriteLong],
      ["tokens_output", this.output],
      ["tokens_reasoning", this.reasoning],
      ["tokens_input_audio", this.inputAudio],
      ["tokens_output_audio", this.outputAudio],
      ["cost_usd", this.costUsd],
      ["price_version", this.priceVersion],
      ["time_to_first_token_ms", this.timeToFirstToken],
      ["attributes_string", attributes.strings],
      ["attributes_number", attributes.numbers],
      ["attributes_bool", attributes.bools],
      ["attributes_json", attributes.json],
      ["content", attributes.content],
      ["content_keys", attributes.contentKeys],
      ["content_counts", attributes.contentCounts],
      ["content_hashes", attributes.contentHashes],
      ["resource_attributes", this.resource],
      ["scope_name", this.scopeName],
      ["scope_version", this.scopeVersion],
      ["trace_state", this.traceState],
      ["events", this.events],
      ["links", this.links],
    ];
  }

  get rows(): number {
    return this.spanId.rows;
  }

  /** Adds a row. Nothing here may throw, else the columns would be of unequal length. */
  add(span: SpanView, facts: SpanFacts, row: RowContext): void {
    const { origin } = span;
    this.projectId.push(row.projectId);
    this.traceId.push(span.traceId);
    this.spanId.push(span.spanId);
    this.parentSpanId.push(span.parentSpanId);
    this.isRoot.push(span.hasParent ? 0 : 1);
    this.startTime.pushHalves(span.startHigh, span.startLow);
    this.durationNs.push(durationNs(span));
    this.receivedAt.push(row.receivedAtMs);
    this.name.push(span.name);
    this.kind.push(span.kind);
    this.status.push(span.statusCode);
    this.statusMessage.push(span.statusMessage);
    this.errorType.push(facts.errorType);
    this.service.push(origin.serviceName);
    this.environment.push(facts.environment);
    this.dialect.push(row.dialect);
    this.operation.push(facts.operation);
    this.agent.push(facts.agentName);
    this.agentId.push(facts.agentId);
    this.agentVersion.push(facts.agentVersion);
    this.model.push(facts.model);
    this.requestModel.push(facts.requestModel);
    this.provider.push(facts.provider);
    this.serviceTier.push(facts.serviceTier);
    this.tool.push(facts.toolName);
    this.finishReason.push(facts.finishReason);
    this.sessionId.push(facts.sessionId);
    this.userId.push(facts.userId);
    for (let i = 0; i < facts.tags.length; i++) this.tags.items.push(facts.tags[i]!);
    this.tags.endRow();
    this.addNumbers(facts, row);
    this.attributes.add(span.attributes, row.content);
    this.resource.add(origin);
    this.scopeName.push(origin.scopeName);
    this.scopeVersion.push(origin.scopeVersion);
    this.traceState.push(span.traceState);
    this.events.push(eventsJson(span));
    this.links.push(linksJson(span));
  }

  private addNumbers(facts: SpanFacts, row: RowContext): void {
    this.inputUncached.push(facts.inputUncached);
    this.cacheRead.push(facts.cacheRead);
    this.cacheWrite.push(facts.cacheWrite);
    this.cacheWriteLong.push(facts.cacheWriteLong);
    this.output.push(facts.output);
    this.reasoning.push(facts.reasoning);
    this.inputAudio.push(facts.inputAudio);
    this.outputAudio.push(facts.outputAudio);
    this.costUsd.push(row.costUsd);
    this.priceVersion.push(row.priceVersion);
    this.timeToFirstToken.push(facts.timeToFirstToken * 1000);
  }

  clear(): void {
    for (const [, column] of this.entries) column.clear();
  }
}

function eventsJson(span: SpanView): string {
  if (span.events.length === 0) return "";
  return JSON.stringify(
    span.events.map((event) => ({
      time_ns: String(event.timeNs),
      name: event.name,
      attributes: event.attributes,
    })),
  );
}

function linksJson(span: SpanView): string {
  if (span.links.length === 0) return "";
  return JSON.stringify(
    span.links.map((link) => ({ trace_id: link.traceId, span_id: link.spanId, attributes: link.attributes })),
  );
}
