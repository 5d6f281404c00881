/** The defaults of monitoring, for config, library and component package alike. */

import type { Input } from "@pulumi/pulumi";
import { said } from "./said";
import { monitoringShape } from "./shape";
import type { MonitoringConfig } from "./types";

type Subscribers = Omit<MonitoringConfig["subscribers"], "webhooks"> & {
  webhooks: Input<string>[];
};

/** Monitoring with every default filled in, webhooks in the clear. */
export type WholeMonitoring = Omit<MonitoringConfig, "subscribers"> & { subscribers: Subscribers };

/** As in the config, with webhooks in the clear: what is left out has the default of the config. */
export type MonitoringArgs = Partial<Omit<MonitoringConfig, "subscribers">> & {
  /** Who is told. @default nobody */
  subscribers?: Partial<Subscribers>;
};

/** What monitoring is as long as it says nothing: the defaults that stand in the shape. */
const UNSAID = monitoringShape.parse({});

/** The default of the shape, in which nobody is told and no webhook is a secret still. */
const NOBODY: Subscribers = { ...UNSAID.subscribers, webhooks: [] };

/** Fills in what is left out. */
export function completeMonitoring<Args extends MonitoringArgs>(
  args: Args,
): Args & WholeMonitoring {
  return {
    ...UNSAID,
    ...said(args),
    subscribers: { ...NOBODY, ...said(args.subscribers ?? {}) },
  };
}
