import type {
  CreatePolicyVersionRequest,
  CreatePolicyVersionResponse,
  DeletePolicyVersionRequest,
  GetPolicyVersionRequest,
  GetPolicyVersionResponse,
  ListPolicyVersionsRequest,
  ListPolicyVersionsResponse,
  PolicyVersion as PolicyVersionShape,
  SetDefaultPolicyVersionRequest,
} from "@aws-sdk/client-iam";
import type { Operation } from "../../world/operation";
import { findManagedPolicy, managedPolicyNeed } from "./access";
import * as errors from "./errors";
import { encodeDocument, page, present, QUOTAS } from "./input-rules";
import { compileManaged, refuseAwsManaged } from "./managed-policies";
import type { ManagedPolicy, PolicyVersion } from "./model";

export const createPolicyVersion: Operation<
  CreatePolicyVersionRequest,
  CreatePolicyVersionResponse
> = {
  access: (input, context) => managedPolicyNeed(context, input.PolicyArn),
  handle(input, context) {
    const policy = findManagedPolicy(context, input.PolicyArn);
    refuseAwsManaged(policy, context);
    const document = compileManaged(input.PolicyDocument);
    if (policy.versions.length >= QUOTAS.policyVersions) throw errors.tooManyPolicyVersions();
    const version: PolicyVersion = {
      versionId: `v${policy.nextVersionNumber++}`,
      policy: document,
      createdEpochMs: context.nowEpochMs,
    };
    policy.versions = [...policy.versions, version];
    policy.updatedEpochMs = context.nowEpochMs;
    if (input.SetAsDefault === true) policy.defaultVersionId = version.versionId;
    context.world.iam.changed();
    return { PolicyVersion: describe(policy, version) };
  },
};

export const getPolicyVersion: Operation<GetPolicyVersionRequest, GetPolicyVersionResponse> = {
  access: (input, context) => managedPolicyNeed(context, input.PolicyArn),
  handle(input, context) {
    const policy = findManagedPolicy(context, input.PolicyArn);
    const version = findVersion(policy, input.VersionId);
    return {
      PolicyVersion: {
        ...describe(policy, version),
        Document: encodeDocument(version.policy.text),
      },
    };
  },
};

export const listPolicyVersions: Operation<ListPolicyVersionsRequest, ListPolicyVersionsResponse> =
  {
    access: (input, context) => managedPolicyNeed(context, input.PolicyArn),
    handle(input, context) {
      const policy = findManagedPolicy(context, input.PolicyArn);
      const { items, ...rest } = page([...policy.versions].reverse(), input);
      return { Versions: items.map((version) => describe(policy, version)), ...rest };
    },
  };

export const deletePolicyVersion: Operation<DeletePolicyVersionRequest, void> = {
  access: (input, context) => managedPolicyNeed(context, input.PolicyArn),
  handle(input, context) {
    const policy = findManagedPolicy(context, input.PolicyArn);
    refuseAwsManaged(policy, context);
    const version = findVersion(policy, input.VersionId);
    if (version.versionId === policy.defaultVersionId) throw errors.cannotDeleteDefaultVersion();
    policy.versions = policy.versions.filter((other) => other !== version);
  },
};

export const setDefaultPolicyVersion: Operation<SetDefaultPolicyVersionRequest, void> = {
  access: (input, context) => managedPolicyNeed(context, input.PolicyArn),
  handle(input, context) {
    const policy = findManagedPolicy(context, input.PolicyArn);
    refuseAwsManaged(policy, context);
    policy.defaultVersionId = findVersion(policy, input.VersionId).versionId;
    policy.updatedEpochMs = context.nowEpochMs;
    context.world.iam.changed();
  },
};

function findVersion(policy: ManagedPolicy, versionId: string | undefined): PolicyVersion {
  const id = present(versionId, "versionId");
  const version = policy.versions.find((one) => one.versionId === id);
  if (version === undefined) throw errors.noSuchPolicyVersion(policy.arn, id);
  return version;
}

function describe(policy: ManagedPolicy, version: PolicyVersion): PolicyVersionShape {
  return {
    VersionId: version.versionId,
    IsDefaultVersion: version.versionId === policy.defaultVersionId,
    CreateDate: new Date(version.createdEpochMs),
  };
}
