import * as pulumi from "@pulumi/pulumi";
import { CONFIG_NAMESPACE, loadPulumiConfig } from "./components/config";
import { lockstepProgram } from "./components/program";

export = async () => lockstepProgram(loadPulumiConfig(new pulumi.Config(CONFIG_NAMESPACE)));
