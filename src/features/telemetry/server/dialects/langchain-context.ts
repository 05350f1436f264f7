import type { Attributes } from "../attributes.ts";
import { textOf } from "./attribute-lookup.ts";
import type { SpanFacts } from "./dialect.ts";

/**
 * A reader of the labels that LangChain and LangGraph keep in a run's metadata, for emitters that write each
 * label as an attribute `{prefix}{label}`. What is known already is not replaced.
 *
 * The thread of a LangGraph checkpointer is the session. The node of the graph stands for the agent; nodes
 * that LangGraph adds itself (`__start__`) and its standard node for tools do not.
 */
export function createLangChainContextReader(
  prefix: string,
): (attributes: Attributes, facts: SpanFacts) => void {
  const sessionId = `${prefix}session_id`;
  const threadId = `${prefix}thread_id`;
  const conversationId = `${prefix}conversation_id`;
  const sessionIdCamel = `${prefix}sessionId`;
  const userId = `${prefix}user_id`;
  const userIdCamel = `${prefix}userId`;
  const agentName = `${prefix}lc_agent_name`;
  const node = `${prefix}langgraph_node`;

  return (attributes, facts) => {
    if (facts.sessionId === "") {
      facts.sessionId = textOf(attributes, sessionId, threadId, conversationId, sessionIdCamel);
    }
    if (facts.userId === "") facts.userId = textOf(attributes, userId, userIdCamel);
    if (facts.agentName === "") {
      facts.agentName = textOf(attributes, agentName) || agentOfNode(textOf(attributes, node));
    }
  };
}

/** The agent a LangGraph node stands for, or "" for nodes that are part of every graph. */
export function agentOfNode(node: string): string {
  return node === "tools" || node.startsWith("__") ? "" : node;
}
