import { tool } from "ai";
import { z } from "zod";

/** The shop's orders, so that the example needs no database. */
const orders = {
  "1042": { item: "espresso machine", price: 249, status: "shipped", carrier: "DHL", arrives: "Friday" },
  "1043": { item: "coffee grinder", price: 89, status: "delivered", daysSinceDelivery: 12 },
  "1044": { item: "milk frother", price: 39, status: "delivered", daysSinceDelivery: 48 },
};

function findOrder(orderId: string) {
  const order = orders[orderId as keyof typeof orders];
  if (!order) throw new Error(`There is no order ${orderId}.`);
  return order;
}

const skies = ["clear sky", "light rain", "snow", "fog", "thunderstorm"];

/** The three tools of the support agent. What a tool throws shows as an error on its span. */
export const tools = {
  getWeather: tool({
    description: "Current weather in a city",
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => ({
      city,
      sky: skies[city.length % skies.length],
      celsius: (city.length * 7) % 30,
    }),
  }),

  lookupOrder: tool({
    description: "Where an order is, what it contains and what it cost",
    inputSchema: z.object({ orderId: z.string() }),
    execute: async ({ orderId }) => ({ orderId, ...findOrder(orderId) }),
  }),

  refundOrder: tool({
    description: "Refund an order in full, if the policy allows it",
    inputSchema: z.object({ orderId: z.string() }),
    execute: async ({ orderId }) => {
      const order = findOrder(orderId);
      const days = "daysSinceDelivery" in order ? order.daysSinceDelivery : 0;
      if (days > 30) throw new Error(`Policy: order ${orderId} arrived ${days} days ago, the limit is 30.`);
      return { orderId, refunded: order.price, currency: "EUR" };
    },
  }),
};
