import { type ClientRequest, get } from "node:http";

/** One event of `GET /api/v1/live`, parsed once however many viewers get it. */
export interface SeenEvent {
  event: string;
  data: unknown;
}

/** Reads the data of events, once per id. */
export class EventReader {
  private readonly known = new Map<string, SeenEvent>();

  /** The event of a frame; undefined for comments and for what has no id. */
  read(frame: string): SeenEvent | undefined {
    const [, event, id] = /^event: (\w+)\nid: (\S+)\n/.exec(frame) ?? [];
    if (event === undefined || id === undefined) return undefined;
    let seen = this.known.get(id);
    if (!seen) {
      seen = { event, data: JSON.parse(frame.slice(frame.indexOf("\ndata: ") + 7)) };
      this.known.set(id, seen);
    }
    return seen;
  }
}

/** A browser that has a page open and follows what happens; its stream is its own connection. */
export class LiveViewer {
  bytes = 0;
  events = 0;
  /** Whether the stream ended before `close`. */
  broke = false;
  private closed = false;
  private rest = "";
  private readonly request: ClientRequest;
  /** Resolves when the stream is open, rejects when it is refused. */
  readonly opened: Promise<void>;

  constructor(
    url: string,
    key: string,
    reader: EventReader,
    onEvent: (seen: SeenEvent, atMs: number) => void,
  ) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.opened = promise;
    this.request = get(`${url}/api/v1/live`, { agent: false, headers: { "x-api-key": key } }, (response) => {
      if (response.statusCode !== 200) {
        reject(new Error(`A live stream was answered ${response.statusCode}.`));
        response.resume();
        return;
      }
      response.setEncoding("utf8");
      response.once("data", () => resolve());
      response.on("data", (chunk: string) => {
        const atMs = performance.now();
        this.bytes += Buffer.byteLength(chunk);
        const frames = (this.rest + chunk).split("\n\n");
        this.rest = frames.pop()!;
        for (const frame of frames) {
          const seen = reader.read(frame);
          if (!seen) continue;
          this.events++;
          onEvent(seen, atMs);
        }
      });
      response.once("close", () => {
        this.broke ||= !this.closed;
      });
      response.once("error", () => {});
    });
    this.request.once("error", (error) => {
      this.broke ||= !this.closed;
      reject(error);
    });
  }

  close(): void {
    this.closed = true;
    this.request.destroy();
  }
}
