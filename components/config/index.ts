/** The config: its types, its schema and the ways in. */

export * from "./schema";
export { CONFIG_NAMESPACE, loadPulumiConfig, parseStackFile } from "./load-config";
