import { z } from "zod";
import { pageOf, pageQuerySchema, projectQuerySchema } from "#platform/http/http-contract.ts";

/** Worst first, as a list sorted by status shows them. */
export const AGENT_STATUSES = ["degraded", "running", "idle", "offline"] as const;
export type AgentStatus = (typeof AGENT_STATUSES)[number];
/** How an agent was first heard of. */
export const AGENT_SOURCES = ["registration", "heartbeat", "telemetry", "event", "execution"] as const;
export type AgentSource = (typeof AGENT_SOURCES)[number];

/** Answers to heartbeats and events carry it: whether the agent should go on. */
export const directiveSchema = z.object({
  action: z.enum(["continue", "stop"]),
  reason: z.string().nullable().describe("Why it should stop, in a sentence."),
});
export type Directive = z.infer<typeof directiveSchema>;

const jsonObject = z.record(z.string(), z.unknown());
/** PostgreSQL's text holds every character but this one. */
const withoutNul = (text: string) => !text.includes("\0");
const shortText = z.string().trim().max(200).refine(withoutNul, "must not contain NUL");
const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names are shown and logged.
  .regex(/^[^\u0000-\u001f\u007f]+$/, "must not contain control characters");
const tagsSchema = z
  .array(z.string().trim().min(1).max(100).refine(withoutNul, "must not contain NUL"))
  .max(50);

export const agentSchema = z.object({
  id: z.string(),
  external_id: z.string().nullable().describe("The caller's own id; the agent can be asked for by it."),
  name: z.string(),
  description: z.string(),
  type: z.string(),
  version: z.string(),
  host: z.string(),
  environment: z.string(),
  tags: z.array(z.string()),
  metadata: jsonObject,
  source: z.enum(AGENT_SOURCES).describe("How it was first heard of."),
  status: z.enum(AGENT_STATUSES),
  status_reason: z.string(),
  status_changed_at: z.string(),
  heartbeat_metrics: jsonObject.describe("What its newest heartbeat measured."),
  config_version: z.number().int(),
  first_seen_at: z.string(),
  last_seen_at: z.string(),
  last_heartbeat_at: z.string().nullable(),
  last_telemetry_at: z.string().nullable(),
  archived_at: z.string().nullable(),
});
export type Agent = z.infer<typeof agentSchema>;

export const AGENT_EXAMPLE: Agent = {
  id: "019a9c60-1b7e-7d0a-b6a4-90f1c2d3e4f5",
  external_id: "support-eu-1",
  name: "support-triage",
  description: "Sorts incoming requests.",
  type: "support",
  version: "2.4.1",
  host: "worker-7",
  environment: "production",
  tags: ["eu", "tier-1"],
  metadata: { team: "care" },
  source: "heartbeat",
  status: "running",
  status_reason: "It reports that it is running.",
  status_changed_at: "2026-11-21T09:00:00.000Z",
  heartbeat_metrics: { cpu_percent: 12.5, memory_mb: 310 },
  config_version: 3,
  first_seen_at: "2026-11-01T08:00:00.000Z",
  last_seen_at: "2026-11-21T09:12:30.000Z",
  last_heartbeat_at: "2026-11-21T09:12:30.000Z",
  last_telemetry_at: "2026-11-21T09:12:21.000Z",
  archived_at: null,
};

/** What an agent did lately, in equal steps, oldest first: what the sparklines draw. */
export const agentActivitySchema = z.object({
  from: z.string(),
  step_seconds: z.number().int(),
  executions: z.array(z.number().int()).describe("Runs that ended or were reported, per step."),
  errors: z.array(z.number().int()).describe("Runs that failed, per step."),
  latency_p95_ms: z.array(z.number().nullable()).describe("Null where nothing ran."),
  cost_usd: z.array(z.number()).describe("Of the agent's own spans, per step."),
});
export type AgentActivity = z.infer<typeof agentActivitySchema>;
const ACTIVITY_EXAMPLE: AgentActivity = {
  from: "2026-11-21T08:00:00.000Z",
  step_seconds: 3600,
  executions: [12, 31],
  errors: [0, 2],
  latency_p95_ms: [820, 1210.5],
  cost_usd: [0.12, 0.34],
};

/** A query parameter that may be given once or several times. */
const oneOrMany = z.union([z.string().min(1).max(200), z.array(z.string().min(1).max(200)).max(20)]);

export const AGENT_SORTS = ["name", "status", "last_seen", "first_seen"] as const;
export const agentListQuerySchema = projectQuerySchema.extend(pageQuerySchema.shape).extend({
  q: z.string().max(200).optional().describe("Part of the name, description, host or own id."),
  status: oneOrMany.optional().describe(`Any of ${AGENT_STATUSES.join(", ")}.`),
  type: oneOrMany.optional(),
  environment: oneOrMany.optional(),
  tag: oneOrMany.optional().describe("Agents that carry all of these tags."),
  archived: z
    .enum(["false", "true"])
    .default("false")
    .describe("`true` lists the archived agents instead of the others."),
  sort: z.enum(AGENT_SORTS).default("name"),
  include: z.enum(["activity"]).optional().describe("Adds what each agent of the page did in the range."),
  from: z.string().max(40).optional().describe("Start of the activity; 24 hours before `to` unless told."),
  to: z.string().max(40).optional(),
});
export type AgentListQuery = z.infer<typeof agentListQuerySchema>;

const statusCountsSchema = z.object({
  degraded: z.number().int(),
  running: z.number().int(),
  idle: z.number().int(),
  offline: z.number().int(),
});
export type AgentStatusCounts = z.infer<typeof statusCountsSchema>;

const agentListItemSchema = agentSchema.extend({
  activity: agentActivitySchema.optional().describe("With `include=activity`."),
});
export type AgentListItem = z.infer<typeof agentListItemSchema>;
export const agentListSchema = pageOf(agentListItemSchema)
  .extend({
    counts: statusCountsSchema.describe("Agents by status under the other filters, over all pages."),
    facets: z.object({
      types: z.array(z.string()),
      environments: z.array(z.string()),
      tags: z.array(z.string()),
    }),
  })
  .meta({
    examples: [
      {
        data: [{ ...AGENT_EXAMPLE, activity: ACTIVITY_EXAMPLE }],
        next_cursor: null,
        counts: { degraded: 0, running: 1, idle: 0, offline: 0 },
        facets: { types: ["support"], environments: ["production"], tags: ["eu", "tier-1"] },
      },
    ],
  });
export type AgentList = z.infer<typeof agentListSchema>;

export const agentInputSchema = z
  .object({
    id: nameSchema.optional().describe("The agent's own id at the caller's; kept as `external_id`."),
    name: nameSchema,
    description: z.string().max(2000).refine(withoutNul, "must not contain NUL").optional(),
    type: shortText.optional(),
    version: shortText.optional(),
    host: shortText.optional(),
    environment: shortText.optional(),
    tags: tagsSchema.optional(),
    metadata: jsonObject.optional(),
    configuration: jsonObject.optional().describe("Taken when the agent is new; later changes go by PATCH."),
  })
  .meta({
    examples: [
      {
        id: "support-eu-1",
        name: "support-triage",
        type: "support",
        version: "2.4.1",
        host: "worker-7",
        environment: "production",
        tags: ["eu"],
        configuration: { model: "gpt-4o-mini", temperature: 0.2 },
      },
    ],
  });
export type AgentInput = z.infer<typeof agentInputSchema>;

export const agentPatchSchema = z
  .object({
    name: nameSchema.optional(),
    description: z.string().max(2000).refine(withoutNul, "must not contain NUL").optional(),
    type: shortText.optional(),
    version: shortText.optional(),
    host: shortText.optional(),
    environment: shortText.optional(),
    tags: tagsSchema.optional(),
    metadata: jsonObject.optional(),
    configuration: jsonObject.optional(),
    expected_config_version: z
      .number()
      .int()
      .optional()
      .describe("Refuses the change (409) when somebody else changed the configuration meanwhile."),
    archived: z.boolean().optional().describe("`false` takes a deletion back."),
  })
  .meta({ examples: [{ configuration: { model: "gpt-4o", temperature: 0.1 }, expected_config_version: 3 }] });
export type AgentPatch = z.infer<typeof agentPatchSchema>;

const configurationSchema = z.object({
  config_version: z.number().int(),
  configuration: jsonObject,
});
/** `GET /agents/{id}/config`. */
export const agentConfigSchema = configurationSchema
  .extend({ agent_id: z.string(), updated_at: z.string() })
  .meta({
    examples: [
      {
        agent_id: AGENT_EXAMPLE.id,
        config_version: 3,
        configuration: { model: "gpt-4o-mini", temperature: 0.2 },
        updated_at: "2026-11-20T16:04:11.000Z",
      },
    ],
  });
export type AgentConfig = z.infer<typeof agentConfigSchema>;

/** `GET /agents/{id}/config/history`, newest first. */
export const agentConfigHistorySchema = pageOf(
  configurationSchema.extend({ changed_by: z.string(), created_at: z.string() }),
).meta({
  examples: [
    {
      data: [
        {
          config_version: 3,
          configuration: { model: "gpt-4o-mini" },
          changed_by: "ada@example.com",
          created_at: "2026-11-20T16:04:11.000Z",
        },
      ],
      next_cursor: null,
    },
  ],
});
export type AgentConfigHistory = z.infer<typeof agentConfigHistorySchema>;

export const agentDetailSchema = agentSchema
  .extend({ configuration: jsonObject, directive: directiveSchema })
  .meta({
    examples: [
      {
        ...AGENT_EXAMPLE,
        configuration: { model: "gpt-4o-mini", temperature: 0.2 },
        directive: { action: "continue", reason: null },
      },
    ],
  });
export type AgentDetail = z.infer<typeof agentDetailSchema>;

const versionSchema = z.object({
  version: z.string(),
  first_seen_at: z.string(),
  last_seen_at: z.string(),
  executions: z.number().int(),
  errors: z.number().int(),
  latency_p50_ms: z.number().nullable(),
  latency_p95_ms: z.number().nullable(),
  total_tokens: z.number(),
  cost_usd: z.number(),
});
export type AgentVersion = z.infer<typeof versionSchema>;
/** `GET /agents/{id}/versions`, newest first; the figures are of the time range. */
export const agentVersionsSchema = z.object({ data: z.array(versionSchema) }).meta({
  examples: [
    {
      data: [
        {
          version: "2.4.1",
          first_seen_at: "2026-11-18T07:00:00.000Z",
          last_seen_at: "2026-11-21T09:12:30.000Z",
          executions: 812,
          errors: 9,
          latency_p50_ms: 640,
          latency_p95_ms: 2100,
          total_tokens: 1_204_000,
          cost_usd: 3.42,
        },
      ],
    },
  ],
});
export type AgentVersions = z.infer<typeof agentVersionsSchema>;

const modelUsageSchema = z.object({
  model: z.string(),
  calls: z.number().int(),
  errors: z.number().int(),
  total_tokens: z.number(),
  cost_usd: z.number(),
  latency_p95_ms: z.number().nullable(),
});
const toolUsageSchema = z.object({
  tool: z.string(),
  calls: z.number().int(),
  errors: z.number().int(),
  latency_p95_ms: z.number().nullable(),
});
/** `GET /agents/{id}/usage`: the models and tools an agent used and how it failed, at most 50 of each. */
export const agentUsageSchema = z
  .object({
    models: z.array(modelUsageSchema).describe("Costliest first."),
    tools: z.array(toolUsageSchema).describe("Slowest first."),
    errors: z.array(z.object({ type: z.string(), count: z.number().int() })).describe("Most frequent first."),
  })
  .meta({
    examples: [
      {
        models: [
          {
            model: "gpt-4o-mini",
            calls: 240,
            errors: 2,
            total_tokens: 48_200,
            cost_usd: 0.42,
            latency_p95_ms: 1900,
          },
        ],
        tools: [{ tool: "search_orders", calls: 44, errors: 0, latency_p95_ms: 310 }],
        errors: [{ type: "timeout", count: 2 }],
      },
    ],
  });
export type AgentUsage = z.infer<typeof agentUsageSchema>;

/** A status an agent may report of itself; the common words of others are understood too. */
export const heartbeatInputSchema = z
  .object({
    name: nameSchema
      .optional()
      .describe("Only for an agent that is not known yet; its id in the path unless told."),
    status: z
      .string()
      .trim()
      .max(40)
      .optional()
      .describe(
        "running, idle, degraded or offline; busy, active, online, healthy, error, unhealthy, stopped and so on are understood.",
      ),
    version: shortText.optional(),
    host: shortText.optional(),
    environment: shortText.optional(),
    type: shortText.optional(),
    metrics: jsonObject.optional().describe("Anything measured, such as cpu_percent; the newest is kept."),
    interval_seconds: z
      .number()
      .int()
      .min(1)
      .max(3600)
      .optional()
      .describe("Time to the next heartbeat, 15 unless told; three missed ones mean offline."),
  })
  .meta({
    examples: [{ status: "running", version: "2.4.1", host: "worker-7", metrics: { cpu_percent: 12.5 } }],
  });
export type HeartbeatInput = z.infer<typeof heartbeatInputSchema>;

export const heartbeatAnswerSchema = z
  .object({
    agent_id: z.string(),
    status: z.enum(AGENT_STATUSES),
    directive: z.enum(["continue", "stop"]),
    reason: z.string().nullable().describe("Why to stop, in a sentence."),
    config_version: z.number().int().describe("When it is not the one you run with, ask for `/config`."),
  })
  .meta({
    examples: [
      {
        agent_id: AGENT_EXAMPLE.id,
        status: "running",
        directive: "continue",
        reason: null,
        config_version: 3,
      },
    ],
  });
export type HeartbeatAnswer = z.infer<typeof heartbeatAnswerSchema>;

/** `event: agents` of `GET /live`: agents that appeared, changed or changed their status. */
export const liveAgentsSchema = z.object({
  at: z.string(),
  agents: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        status: z.enum(AGENT_STATUSES),
        change: z.enum(["created", "status", "updated", "archived", "restored", "deleted"]),
      }),
    )
    .describe("At most 200; see `more`."),
  more: z.boolean(),
});
export type LiveAgents = z.infer<typeof liveAgentsSchema>;
