import { agentSpan, chatSpan, type PlannedChat, say, toolSpan } from "../spans/gen-ai-spans.ts";
import type { PlannedAgent } from "./planned-agent.ts";

const SYSTEM =
  "You are the support agent of a coffee shop. Look an order up before you speak about it. Refund only what the policy allows. Be brief and kind.";

/** The past of the support agent; its present is the example in `examples/vercel-ai-sdk`. */
export const supportAgent: PlannedAgent = {
  service: "support-agent",
  scope: "gen_ai",
  weight: 8,
  plan(run, chance) {
    const orderId = String(chance.between(1040, 1060));
    const refund = chance.happens(0.3);
    const question = refund ? `Please refund order ${orderId}.` : `Where is my order ${orderId}?`;
    const asked = [say("user", question)];
    const chat = (rest: Partial<PlannedChat>): PlannedChat => ({
      provider: "openai",
      model: "gpt-5-mini",
      system: SYSTEM,
      input: asked,
      ms: chance.duration(chance.happens(0.05) ? 8_000 : 1_100),
      reasoningTokens: chance.between(0, 320),
      ...rest,
    });
    const lookup = { id: `call_${orderId}_1`, name: "lookupOrder", arguments: { orderId } };
    const order = {
      orderId,
      status: chance.pick(["shipped", "delivered", "in the roastery"]),
      carrier: "DHL",
    };
    const steps = [
      chatSpan(run, chat({ toolCalls: [lookup] })),
      toolSpan(run, lookup, order, chance.duration(60)),
    ];
    let answer = `Order ${orderId} is ${order.status}; it travels with ${order.carrier}.`;
    if (refund) {
      const act = { id: `call_${orderId}_2`, name: "refundOrder", arguments: { orderId } };
      const refused = chance.happens(0.35);
      const message = `Policy: order ${orderId} arrived 48 days ago, the limit is 30.`;
      steps.push(
        chatSpan(run, chat({ toolCalls: [act] })),
        toolSpan(
          run,
          act,
          { orderId, refunded: 89 },
          chance.duration(140),
          refused ? { error: { type: "Error", message } } : {},
        ),
      );
      answer = refused ? `I am sorry, I cannot refund it. ${message}` : `Done: 89 EUR are on their way back.`;
    }
    steps.push(
      chatSpan(
        run,
        chat({ input: [...asked, say("tool", JSON.stringify(order))], text: answer, cachedTokens: 256 }),
      ),
    );
    const root = agentSpan(run, "support-agent", steps);
    root.attributes["gen_ai.input.messages"] = JSON.stringify(asked);
    root.attributes["gen_ai.output.messages"] = JSON.stringify([say("assistant", answer)]);
    return root;
  },
};
