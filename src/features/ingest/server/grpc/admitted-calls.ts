import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptor,
  type StatusObject,
  status,
} from "@grpc/grpc-js";
import type { MemoryBudget, MemoryShare } from "../memory-budget.ts";

/**
 * Memory counted for a call before its message is there: gRPC does not tell its length beforehand. A call
 * that does not fit is refused before its message is read; one that proves larger is counted with its real size.
 */
const EXPECTED_MESSAGE_BYTES = 1024 * 1024;

const SLOW_SENDER = {
  code: status.DEADLINE_EXCEEDED,
  details: "The message did not arrive in time. Send it again.",
};

/** What is decided about a call from its metadata alone. */
export interface Admission {
  memory: MemoryBudget;
  /** Milliseconds that a sender has for its whole message; then its memory goes to others. */
  messageWithinMs: number;
  /** The project that the caller may send to, and its key; rejects when there is none. */
  authorize(metadata: Metadata): Promise<Sender>;
  /** Turns what `authorize` or the budget threw into the status to answer, and reports it. */
  refuse(error: unknown, path: string): StatusObject;
}

/** Who sends, and to which project. */
export interface Sender {
  projectId: string;
  keyId: string | undefined;
}

/** A call that was let in. */
export interface AdmittedCall extends Sender {
  memory: MemoryShare;
}

interface WaitingCall extends AdmittedCall {
  timer: NodeJS.Timeout;
}

/**
 * Admits calls before their message is read, so that a stranger cannot make the server hold or decode one.
 * A call's memory is given back when it is cancelled before its handler has taken it.
 */
export class AdmittedCalls {
  private readonly calls = new WeakMap<Metadata, WaitingCall>();
  private readonly admission: Admission;

  constructor(admission: Admission) {
    this.admission = admission;
  }

  /** Hands a call to its handler, which from then on releases its memory. */
  take(metadata: Metadata): AdmittedCall {
    const call = this.calls.get(metadata);
    if (!call) throw new Error("A gRPC call reached its handler without admission.");
    clearTimeout(call.timer);
    this.calls.delete(metadata);
    return call;
  }

  /** The interceptor to give the gRPC server. */
  readonly interceptor: ServerInterceptor = ({ path }, nextCall) => {
    let cancelled = false;
    let admitted: Metadata | undefined;
    const call = new ServerInterceptingCall(nextCall, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, proceed) => {
            const tooSlow = () => call.sendStatus(SLOW_SENDER);
            this.admit(metadata, tooSlow).then(
              () => {
                admitted = metadata;
                if (cancelled) this.forget(metadata);
                else proceed(metadata);
              },
              (error: unknown) => call.sendStatus(this.admission.refuse(error, path)),
            );
          },
          onCancel: () => {
            cancelled = true;
            if (admitted) this.forget(admitted);
          },
        }),
    });
    return call;
  };

  private async admit(metadata: Metadata, tooSlow: () => void): Promise<void> {
    const { memory: budget, authorize, messageWithinMs } = this.admission;
    const memory = budget.open();
    try {
      memory.growTo(EXPECTED_MESSAGE_BYTES);
      const sender = await authorize(metadata);
      this.calls.set(metadata, { ...sender, memory, timer: setTimeout(tooSlow, messageWithinMs) });
    } catch (error) {
      memory.release();
      throw error;
    }
  }

  private forget(metadata: Metadata): void {
    const call = this.calls.get(metadata);
    if (!call) return;
    clearTimeout(call.timer);
    call.memory.release();
    this.calls.delete(metadata);
  }
}
