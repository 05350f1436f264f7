import { EventEmitter } from "node:events";

/**
 * The domain events, by name. A feature adds its own beside the code that emits them:
 * `declare module "#platform/events/event-bus.ts" { interface DomainEvents { … } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: features merge their events into it.
export interface DomainEvents {}

type EventName = keyof DomainEvents & string;

/** How features tell each other what happened without knowing each other. In process; delivery is at once and not durable. */
export class EventBus {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  emit<N extends EventName>(name: N, event: DomainEvents[N]): void {
    this.emitter.emit(name, event);
  }

  /** Calls `listener` for each event until the returned function is called. */
  on<N extends EventName>(name: N, listener: (event: DomainEvents[N]) => void): () => void {
    this.emitter.on(name, listener);
    return () => this.emitter.off(name, listener);
  }
}
