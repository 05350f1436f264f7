import { type DestinationStream, type LoggerOptions, type Logger as PinoLogger, pino } from "pino";

export type Logger = PinoLogger;

/** Fields that never reach the log, wherever a caller put them. */
const REDACTED = [
  "password",
  "token",
  "key",
  "secret",
  "authorization",
  "cookie",
  "*.password",
  "*.token",
  "*.key",
  "*.secret",
  "*.authorization",
  "*.cookie",
  "req.headers.authorization",
  "req.headers.cookie",
  'req.headers["x-api-key"]',
  'res.headers["set-cookie"]',
];

/** The process's log: one JSON object a line on stdout (or `destination`), or readable lines for a person. */
export function createLogger(
  options: { level: string; pretty: boolean },
  destination?: DestinationStream,
): Logger {
  const settings: LoggerOptions = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: REDACTED, censor: "[redacted]" },
    ...(options.pretty
      ? {
          transport: {
            target: "pino-pretty",
            options: { singleLine: true, translateTime: "HH:MM:ss", ignore: "pid,hostname,req,res,reqId" },
          },
        }
      : {}),
  };
  return destination ? pino(settings, destination) : pino(settings);
}
