import { type Attributes, ValueKind } from "#features/telemetry/server/index.ts";
import { Added } from "./added.ts";

/**
 * What a span lost on its way, by the sender's limits (`sent…`, kept under the names OpenTelemetry gives
 * them for other formats) and by ours. Written as attributes, so that a reader sees that something is missing.
 */
export class SpanLosses {
  sentAttributes = 0;
  sentEvents = 0;
  sentLinks = 0;
  attributes = 0;
  events = 0;
  links = 0;
  values = 0;

  reset(): void {
    this.sentAttributes = this.sentEvents = this.sentLinks = 0;
    this.attributes = this.events = this.links = this.values = 0;
  }

  count(added: Added): void {
    if (added === Added.dropped) this.attributes++;
    else if (added === Added.cut) this.values++;
  }

  get any(): boolean {
    const { sentAttributes, sentEvents, sentLinks, attributes, events, links, values } = this;
    return sentAttributes + sentEvents + sentLinks + attributes + events + links + values > 0;
  }

  addTo(into: Attributes): void {
    const add = (key: string, count: number) => {
      if (count > 0) into.addNumber(key, ValueKind.int, count);
    };
    add("otel.dropped_attributes_count", this.sentAttributes);
    add("otel.dropped_events_count", this.sentEvents);
    add("otel.dropped_links_count", this.sentLinks);
    add("flightdeck.dropped_attributes", this.attributes);
    add("flightdeck.dropped_events", this.events);
    add("flightdeck.dropped_links", this.links);
    add("flightdeck.cut_values", this.values);
  }
}
