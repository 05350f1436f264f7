import { setTimeout as sleep } from "node:timers/promises";
import { OtlpSender } from "./otlp-sender.ts";
import { SpanTemplate } from "./span-template.ts";

const BATCH = 500;

/** Sends spans at a steady rate until it is stopped, as agents do while someone looks at the pages. */
export class BackgroundIngest {
  /** Spans that were acknowledged. */
  acknowledged = 0;
  private readonly done: Promise<void>;
  private readonly startedAt = performance.now();
  private over = false;

  constructor(url: string, spansPerSecond: number) {
    this.done = this.run(url, spansPerSecond);
  }

  /** Ends the sending; returns the rate that was reached, in spans per second. */
  async stop(): Promise<number> {
    this.over = true;
    await this.done;
    return (this.acknowledged * 1000) / (performance.now() - this.startedAt);
  }

  private async run(url: string, spansPerSecond: number): Promise<void> {
    const template = new SpanTemplate(BATCH, 99);
    const senders = Array.from({ length: 4 }, () => new OtlpSender(url));
    const pause = (BATCH * 1000) / spansPerSecond;
    const pending = new Set<Promise<void>>();
    for (let turn = 0; !this.over; turn++) {
      const due = this.startedAt + turn * pause;
      await sleep(Math.max(0, due - performance.now()));
      const body = Buffer.from(template.refresh(Date.now()));
      const sent: Promise<void> = senders[turn % senders.length]!.send(body, false)
        .then((answer) => {
          if (answer.status === 200) this.acknowledged += BATCH;
        })
        .finally(() => pending.delete(sent));
      pending.add(sent);
      if (pending.size >= senders.length) await Promise.race(pending);
    }
    await Promise.allSettled(pending);
    for (const sender of senders) sender.close();
  }
}
