import { execFile } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

/**
 * Named pipes through which results stream out of the engine.
 *
 * chdb's own streaming call plans the query on the calling thread (a scalar subquery blocks it for as long
 * as it runs), takes no session settings, and repeats the document's head in every chunk for formats such as
 * JSON. `INTO OUTFILE` a pipe has none of these faults, and a slow reader slows the engine down.
 */
export class ResultPipes {
  readonly #folder: string;
  #free: string[] = [];
  #made = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes `count` more pipes. */
  async make(count: number): Promise<void> {
    const paths = Array.from({ length: count }, () => join(this.#folder, `result-${this.#made++}`));
    await promisify(execFile)("mkfifo", ["-m", "600", ...paths]);
    this.#free.push(...paths);
  }

  /** Opens a free pipe; makes one when there is none. */
  async open(): Promise<ResultPipe> {
    if (this.#free.length === 0) await this.make(4);
    return new ResultPipe(this.#free.pop()!);
  }

  /**
   * Takes a pipe back for the next result. Only when the query has settled, its reader is closed and, if it
   * failed, its connection too: an engine that still wrote would write into the next query's result.
   */
  giveBack(pipe: ResultPipe): void {
    this.#free.push(pipe.path);
  }
}

/** One result on its way: the engine writes to `path`, the bridge reads `stream`. */
export class ResultPipe {
  readonly path: string;
  readonly stream: Socket;
  readonly #writeEnd: number;

  constructor(path: string) {
    this.path = path;
    // The write end of our own keeps the stream open until the query has settled, whenever the engine opens
    // and closes its end; O_NONBLOCK keeps both calls from waiting.
    const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    this.#writeEnd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    this.stream = new Socket({ fd: readEnd, readable: true, writable: false });
  }

  /** Tells the reader that no more follows. Call once, after the query has settled. */
  finish(): void {
    closeSync(this.#writeEnd);
  }
}
