import type { FastifyReply, FastifyRequest } from "fastify";

const HEARTBEAT_MS = 15_000;
/** A reader that falls this far behind is cut off; it comes back with its last id and catches up. */
const MAX_UNSENT_BYTES = 1024 * 1024;

/** An open Server-Sent Events response: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface EventStream {
  send(event: string, id: string, data: unknown): void;
  /** Sends an event that `encodeEvent` made, once for many readers. */
  sendEncoded(frame: string): void;
  /** Called once when the reader has gone or the server closes the stream. */
  onClose(listener: () => void): void;
  close(): void;
}

/** An event as it goes over the wire. */
export function encodeEvent(event: string, id: string, data: unknown): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Turns a reply into an event stream with heartbeats. */
export function openEventStream(request: FastifyRequest, reply: FastifyReply): EventStream {
  reply.hijack();
  const { raw } = reply;
  const headers = Object.fromEntries(
    Object.entries(reply.getHeaders()).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  raw.writeHead(200, {
    ...headers,
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache, no-transform",
    // A connection that outlived its stream would hold up the server's stop.
    connection: "close",
    // Tells nginx not to hold events back.
    "x-accel-buffering": "no",
  });
  raw.write("retry: 2000\n\n");
  const heartbeat = setInterval(() => raw.write(": still here\n\n"), HEARTBEAT_MS);
  if (raw.destroyed) clearInterval(heartbeat);
  else raw.once("close", () => clearInterval(heartbeat));
  request.raw.socket.setNoDelay(true);
  const sendEncoded = (frame: string) => {
    // An event may come between the end of the stream and the last byte's leaving.
    if (raw.writableEnded || raw.destroyed) return;
    if (raw.writableLength > MAX_UNSENT_BYTES) raw.destroy();
    else raw.write(frame);
  };
  return {
    send: (event, id, data) => sendEncoded(encodeEvent(event, id, data)),
    sendEncoded,
    onClose(listener) {
      // The reader may have gone while it was being recognised.
      if (raw.destroyed) listener();
      else raw.once("close", listener);
    },
    close() {
      clearInterval(heartbeat);
      raw.end();
    },
  };
}
