import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "../../components/config/config-error";
import { parseStackFile } from "../../components/config/load-config";
import type { LockstepConfig } from "../../components/config/types";
import { LockstepError, messageOf } from "../errors";

/** The project whose `Pulumi.yaml` is taken, and the stack in it. */
export interface StackAddress {
  /** Folder of `Pulumi.yaml` and `Pulumi.<stack>.yaml`. */
  readonly folder: string;
  /** Its short name, as in `Pulumi.<stack>.yaml`. */
  readonly stack: string;
  /**
   * Variables for the engine beside the process's own: `PULUMI_HOME`, `PULUMI_BACKEND_URL`, `PULUMI_CONFIG_PASSPHRASE`,
   * `AWS_CONFIG_FILE`. None of them: the user's own login and backend.
   */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Name of the file that a stack's config is kept in. */
export function stackFileName(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

/**
 * Reads and checks the stack's config file.
 * @throws LockstepError `ConfigInvalid` with every mistake and its path
 */
export async function readStackConfig(address: StackAddress): Promise<LockstepConfig> {
  const file = stackFileName(address.stack);
  let text: string;
  try {
    text = await readFile(join(address.folder, file), "utf8");
  } catch (error) {
    throw new LockstepError("ConfigInvalid", `There is no ${file} in ${address.folder}.`, {
      hint: "Name the stack with --stack and its project's folder with --cwd.",
      cause: error,
    });
  }
  try {
    return parseStackFile(text);
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw new LockstepError("ConfigInvalid", `${file} is not YAML: ${messageOf(error)}`, {
        cause: error,
      });
    }
    throw new LockstepError("ConfigInvalid", `${file} has ${countOf(error.problems.length)}.`, {
      problems: error.problems,
      hint: "Put these right and run the command again; nothing was made or changed.",
      cause: error,
    });
  }
}

function countOf(count: number): string {
  return count === 1 ? "one mistake" : `${count} mistakes`;
}
