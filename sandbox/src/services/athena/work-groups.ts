import type {
  CreateWorkGroupInput,
  CreateWorkGroupOutput,
  DeleteWorkGroupInput,
  DeleteWorkGroupOutput,
  GetWorkGroupInput,
  GetWorkGroupOutput,
  ListWorkGroupsInput,
  ListWorkGroupsOutput,
  UpdateWorkGroupInput,
  UpdateWorkGroupOutput,
  WorkGroupConfiguration,
  WorkGroupConfigurationUpdates,
} from "@aws-sdk/client-athena";
import type { Operation } from "../../world/operation";
import { actionNeed, findWorkGroup, page, scopeOf, workGroupNeed } from "./access";
import * as errors from "./errors";
import { PRIMARY } from "./state";

/** @see https://docs.aws.amazon.com/athena/latest/ug/workgroups-create-update-delete.html */

const ENGINE_VERSION = {
  SelectedEngineVersion: "AUTO",
  EffectiveEngineVersion: "Athena engine version 3",
};

/** The cutoff is 10 MB at least. */
const MIN_CUTOFF_BYTES = 10_000_000;

export const createWorkGroup: Operation<CreateWorkGroupInput, CreateWorkGroupOutput> = {
  access: (input, context) => [workGroupNeed(context, input.Name)],
  handle(input, context) {
    const { workGroups } = scopeOf(context);
    const name = input.Name ?? "";
    if (!/^[a-zA-Z0-9._-]{1,128}$/.test(name)) {
      throw errors.invalidRequest(`${name} is no name of a work group.`);
    }
    if ((input.Tags ?? []).length > 0) throw errors.notImplemented("Tags of CreateWorkGroup");
    if (workGroups.has(name)) throw errors.workGroupExists();
    const configuration = {
      EnforceWorkGroupConfiguration: true,
      PublishCloudWatchMetricsEnabled: true,
      RequesterPaysEnabled: false,
      ...input.Configuration,
    };
    requireKnown(configuration);
    workGroups.set(name, {
      name,
      description: input.Description,
      isEnabled: true,
      configuration,
      createdEpochMs: context.nowEpochMs,
    });
    return {};
  },
};

export const getWorkGroup: Operation<GetWorkGroupInput, GetWorkGroupOutput> = {
  access: (input, context) => [workGroupNeed(context, input.WorkGroup)],
  handle(input, context) {
    const found = findWorkGroup(context, input.WorkGroup);
    return {
      WorkGroup: {
        Name: found.name,
        State: found.isEnabled ? "ENABLED" : "DISABLED",
        Description: found.description,
        Configuration: { ...found.configuration, EngineVersion: ENGINE_VERSION },
        CreationTime: new Date(found.createdEpochMs),
      },
    };
  },
};

export const listWorkGroups: Operation<ListWorkGroupsInput, ListWorkGroupsOutput> = {
  access: (_input, context) => [actionNeed(context)],
  handle(input, context) {
    const names = [...scopeOf(context).workGroups.values()].sort((left, right) =>
      left.name < right.name ? -1 : 1,
    );
    const { items, NextToken } = page(names, input);
    return {
      WorkGroups: items.map((one) => ({
        Name: one.name,
        State: one.isEnabled ? ("ENABLED" as const) : ("DISABLED" as const),
        Description: one.description,
        CreationTime: new Date(one.createdEpochMs),
        EngineVersion: ENGINE_VERSION,
      })),
      NextToken,
    };
  },
};

export const updateWorkGroup: Operation<UpdateWorkGroupInput, UpdateWorkGroupOutput> = {
  access: (input, context) => [workGroupNeed(context, input.WorkGroup)],
  handle(input, context) {
    const found = findWorkGroup(context, input.WorkGroup);
    const configuration = updated(found.configuration, input.ConfigurationUpdates ?? {});
    requireKnown(configuration);
    found.configuration = configuration;
    found.description = input.Description ?? found.description;
    if (input.State !== undefined) found.isEnabled = input.State === "ENABLED";
    return {};
  },
};

/** With queries in it only by `RecursiveDeleteOption`. */
export const deleteWorkGroup: Operation<DeleteWorkGroupInput, DeleteWorkGroupOutput> = {
  access: (input, context) => [workGroupNeed(context, input.WorkGroup)],
  handle(input, context) {
    const { executions, workGroups } = scopeOf(context);
    const { name } = findWorkGroup(context, input.WorkGroup);
    if (name === PRIMARY) throw errors.primaryStays();
    const own = [...executions.values()].filter(({ workGroupName }) => workGroupName === name);
    if (own.length > 0 && input.RecursiveDeleteOption !== true)
      throw errors.workGroupNotEmpty(name);
    for (const { id } of own) executions.delete(id);
    workGroups.delete(name);
    return {};
  },
};

/** A member that is not given stays; `Remove...` takes one away. */
function updated(
  before: WorkGroupConfiguration,
  { ResultConfigurationUpdates, ...updates }: WorkGroupConfigurationUpdates,
): WorkGroupConfiguration {
  const {
    RemoveBytesScannedCutoffPerQuery,
    RemoveCustomerContentEncryptionConfiguration,
    ...given
  } = updates;
  if (RemoveCustomerContentEncryptionConfiguration === true) {
    throw errors.notImplemented("CustomerContentEncryptionConfiguration of a work group");
  }
  const after: WorkGroupConfiguration = { ...before, ...given };
  if (RemoveBytesScannedCutoffPerQuery === true) after.BytesScannedCutoffPerQuery = undefined;
  if (ResultConfigurationUpdates === undefined) return after;
  const {
    RemoveOutputLocation,
    RemoveEncryptionConfiguration,
    RemoveExpectedBucketOwner,
    RemoveAclConfiguration,
    ...result
  } = ResultConfigurationUpdates;
  after.ResultConfiguration = { ...before.ResultConfiguration, ...result };
  if (RemoveOutputLocation === true) after.ResultConfiguration.OutputLocation = undefined;
  if (RemoveEncryptionConfiguration === true) {
    after.ResultConfiguration.EncryptionConfiguration = undefined;
  }
  if (RemoveExpectedBucketOwner === true) after.ResultConfiguration.ExpectedBucketOwner = undefined;
  if (RemoveAclConfiguration === true) after.ResultConfiguration.AclConfiguration = undefined;
  return after;
}

const KNOWN: readonly (keyof WorkGroupConfiguration)[] = [
  "ResultConfiguration",
  "EnforceWorkGroupConfiguration",
  // Kept; no metrics are published, and requester pays is the bucket's to ask for.
  "PublishCloudWatchMetricsEnabled",
  "RequesterPaysEnabled",
  "BytesScannedCutoffPerQuery",
  "EngineVersion",
];

/** @throws AwsError for what the sandbox would not act on, and for a cutoff that is too small */
function requireKnown(configuration: WorkGroupConfiguration): void {
  for (const [name, value] of Object.entries(configuration)) {
    if (value !== undefined && !KNOWN.some((known) => known === name)) {
      throw errors.notImplemented(`${name} of a work group`);
    }
  }
  const { BytesScannedCutoffPerQuery: cutoff, RequesterPaysEnabled } = configuration;
  if (RequesterPaysEnabled === true) throw errors.notImplemented("RequesterPaysEnabled");
  if (cutoff !== undefined && cutoff < MIN_CUTOFF_BYTES) {
    throw errors.invalidRequest(
      `BytesScannedCutoffPerQuery must be at least ${MIN_CUTOFF_BYTES}, got ${cutoff}.`,
    );
  }
}
