import * as pulumi from "@pulumi/pulumi";
import { replicationRulesReader } from "./automation/rules/replication-rules-reader";
import { CONFIG_NAMESPACE, ConfigError, loadPulumiConfig } from "./components/config";
import { lockstepProgram } from "./components/program/program";

export = async () => lockstepProgram(readConfig(), { readRules: replicationRulesReader() });

function readConfig() {
  try {
    return loadPulumiConfig(new pulumi.Config(CONFIG_NAMESPACE));
  } catch (error) {
    // Pulumi shows the message of a RunError as it is, and that of any other with a stack.
    throw error instanceof ConfigError ? new pulumi.RunError(error.message) : error;
  }
}
