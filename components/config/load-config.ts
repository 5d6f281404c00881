/** Brings the config in from where it is kept: a Pulumi program's own config, or a stack file's text. */

import { LineCounter, parseDocument } from "yaml";
import { ConfigError, type ConfigProblem } from "./config-error";
import { parseConfig } from "./schema";
import { rootShape } from "./shape";
import { didYouMean } from "./suggest";
import type { LockstepConfig } from "./types";

/** The namespace of our keys in a stack file. */
export const CONFIG_NAMESPACE = "lockstep";

const SECTIONS = Object.keys(rootShape.shape);
/** Sections that are one word. */
const TEXTS = ["side", "vaultStack", "sourceStack"];

/**
 * Reads the config of the running Pulumi program.
 *
 * @param config `new pulumi.Config("lockstep")`, or anything that reads structured values alike.
 * @throws ConfigError with every mistake.
 */
export function loadPulumiConfig(config: {
  get(key: string): string | undefined;
  getObject<Value>(key: string): Value | undefined;
}): LockstepConfig {
  const raw: Record<string, unknown> = {};
  for (const name of SECTIONS) {
    // Pulumi keeps structured values as JSON, and plain texts as they are.
    const value = TEXTS.includes(name) ? config.get(name) : config.getObject<unknown>(name);
    if (value !== undefined) raw[name] = value;
  }
  return parseConfig(raw);
}

/**
 * Reads the text of a `Pulumi.<stack>.yaml`, without Pulumi.
 *
 * Keys of other namespaces (`aws:region`, `pulumi:...`) are not ours and are left alone.
 *
 * @throws ConfigError with every mistake, also when the text is not YAML.
 */
export function parseStackFile(yamlText: string): LockstepConfig {
  const lines = new LineCounter();
  const document = parseDocument(yamlText, { lineCounter: lines });
  if (document.errors.length > 0) {
    throw new ConfigError(
      document.errors.map(({ message, pos }) => ({
        path: "",
        // The parser names the place in its first line too, and draws it below.
        message: `expected YAML: ${message.replace(/ at line \d+, column \d+:[^]*$/, "")} (line ${lines.linePos(pos[0]).line})`,
      })),
    );
  }
  const file: unknown = document.toJS();
  const settings = isRecord(file) ? file.config : undefined;
  if (!isRecord(settings)) {
    throw new ConfigError([
      {
        path: "config",
        message: `is missing: expected a map with the keys ${SECTIONS.map(keyOf).join(", ")}`,
      },
    ]);
  }
  const raw: Record<string, unknown> = {};
  const strangers: ConfigProblem[] = [];
  for (const [key, value] of Object.entries(settings)) {
    const [namespace, name = ""] = key.split(":", 2);
    if (namespace !== CONFIG_NAMESPACE) continue;
    if (SECTIONS.includes(name)) raw[name] = value;
    else
      strangers.push({
        path: key,
        message: `is not a key of the config: ${didYouMean(key, SECTIONS.map(keyOf))}`,
      });
  }
  return parseBeside(raw, strangers);
}

/** Parses, and adds what was wrong around the config to what is wrong in it. */
function parseBeside(raw: unknown, problems: readonly ConfigProblem[]): LockstepConfig {
  let config: LockstepConfig;
  try {
    config = parseConfig(raw);
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError([...problems, ...error.problems]);
    throw error;
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function keyOf(section: string): string {
  return `${CONFIG_NAMESPACE}:${section}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
