/** First message from the parent: what to serve, and where. */
export interface ChildStart {
  type: "start";
  dataPath: string;
  configFile: string;
  settingArgs: string[];
  user: string;
  password: string;
  sessions: number;
  /** 0 lets the system choose. */
  port: number;
}

/** Messages from the child. */
export type ChildReport =
  | { type: "listening"; port: number }
  | { type: "failed"; code: string; message: string };
