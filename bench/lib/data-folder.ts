import { chmod, mkdir } from "node:fs/promises";
import { freePort } from "#embedded/free-port.ts";
import { startProduct, temporaryDataFolder } from "./product.ts";
import { fillStore } from "./query-store.ts";

/** A product's data with generated spans in it. */
export interface FilledFolder {
  path: string;
  /** Removes it, unless it was to be kept. */
  remove(): Promise<void>;
}

/**
 * A data folder with `spans` generated spans of the last 30 days. With `keptPath` it is that folder, filled when it is
 * not there yet and used as it is when it is.
 */
export async function filledDataFolder(
  spans: number,
  keptPath: string | undefined,
  note: (line: string) => void,
): Promise<FilledFolder> {
  const folder =
    keptPath === undefined ? await temporaryDataFolder() : { path: keptPath, remove: async () => {} };
  if (keptPath !== undefined) {
    const made = await mkdir(keptPath, { recursive: true });
    if (made === undefined) return folder;
    await chmod(keptPath, 0o755);
  }
  try {
    const first = await startProduct({ dataFolder: folder.path, port: await freePort() });
    await first.stop();
    const filled = await fillStore(folder.path, { spans, days: 30, seed: 1 });
    note(
      `${filled.spans} spans in ${(filled.bytesOnDisk / 1e9).toFixed(1)} GB, generated in ${filled.generateSeconds.toFixed(0)} s`,
    );
    return folder;
  } catch (error) {
    await folder.remove();
    throw error;
  }
}
