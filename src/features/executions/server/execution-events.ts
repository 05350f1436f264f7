/** A reported run began or changed. Announced when it is durable. */
export interface ExecutionChanged {
  projectId: string;
  id: string;
}

declare module "#platform/events/event-bus.ts" {
  interface DomainEvents {
    execution_changed: ExecutionChanged;
  }
}
