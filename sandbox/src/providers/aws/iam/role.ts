import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { z } from "zod";
import { send, unlessAbsent } from "../../send";
import type { AwsType } from "../resource";
import { tagChanges, taggedInputs, tagMap, tagSet, tagSetIfAny } from "../tags";

const inputs = z.strictObject({
  name: z.string(),
  assumeRolePolicy: z.string(),
  description: z.string().optional(),
  path: z.string().optional(),
  maxSessionDuration: z.number().int().optional(),
  permissionsBoundary: z.string().optional(),
  forceDetachPolicies: z.boolean().optional(),
  ...taggedInputs,
});

type Inputs = z.infer<typeof inputs>;

/** `aws.iam.Role`. Inline policies are resources of their own (`aws.iam.RolePolicy`). */
export const role: AwsType<Inputs> = {
  token: "aws:iam/role:Role",
  noun: "IAM Role",
  inputs,
  identity: ["name"],
  replaceOn: ["name", "path"],
  documents: ["assumeRolePolicy"],
  inputOnly: ["forceDetachPolicies"],
  defaults: { description: "", maxSessionDuration: 3600, path: "/", permissionsBoundary: "" },
  computed: ["arn", "createDate", "uniqueId", "tagsAll"],
  autoNamed: { property: "name", maxLength: 64 },
  isTagged: true,
  isRegional: false,

  async create(role, clients) {
    await send(
      await clients.iam(),
      new CreateRoleCommand({
        RoleName: role.name,
        AssumeRolePolicyDocument: role.assumeRolePolicy,
        Description: role.description,
        Path: role.path,
        MaxSessionDuration: role.maxSessionDuration,
        PermissionsBoundary: role.permissionsBoundary,
        Tags: tagSetIfAny(role.tagsAll),
      }),
    );
    return role.name;
  },

  async read(name, clients) {
    const answer = await unlessAbsent(
      send(await clients.iam(), new GetRoleCommand({ RoleName: name })),
      "NoSuchEntity",
      "NoSuchEntityException",
    );
    const found = answer?.Role;
    if (found === undefined) return undefined;
    return {
      name: found.RoleName,
      arn: found.Arn,
      uniqueId: found.RoleId,
      createDate: found.CreateDate?.toISOString(),
      // IAM answers policy documents percent-encoded.
      assumeRolePolicy: decodeURIComponent(found.AssumeRolePolicyDocument ?? ""),
      description: found.Description,
      path: found.Path,
      maxSessionDuration: found.MaxSessionDuration,
      permissionsBoundary: found.PermissionsBoundary?.PermissionsBoundaryArn,
      tags: tagMap(found.Tags),
    };
  },

  async update(name, news, olds, clients) {
    const iam = await clients.iam();
    if (news.assumeRolePolicy !== olds.assumeRolePolicy) {
      await send(
        iam,
        new UpdateAssumeRolePolicyCommand({
          RoleName: name,
          PolicyDocument: news.assumeRolePolicy,
        }),
      );
    }
    if (
      news.description !== olds.description ||
      news.maxSessionDuration !== olds.maxSessionDuration
    ) {
      await send(
        iam,
        new UpdateRoleCommand({
          RoleName: name,
          Description: news.description ?? "",
          MaxSessionDuration: news.maxSessionDuration ?? 3600,
        }),
      );
    }
    if (news.permissionsBoundary !== olds.permissionsBoundary) {
      await setBoundary(name, news.permissionsBoundary, iam);
    }
    const { gone, changed } = tagChanges(news.tagsAll, olds.tagsAll);
    if (gone.length > 0) await send(iam, new UntagRoleCommand({ RoleName: name, TagKeys: gone }));
    if (Object.keys(changed).length > 0) {
      await send(iam, new TagRoleCommand({ RoleName: name, Tags: tagSet(changed) }));
    }
  },

  async delete(name, { forceDetachPolicies }, clients) {
    const iam = await clients.iam();
    if (forceDetachPolicies) await removePolicies(name, iam);
    await unlessAbsent(
      send(iam, new DeleteRoleCommand({ RoleName: name })),
      "NoSuchEntity",
      "NoSuchEntityException",
    );
  },
};

async function setBoundary(name: string, arn: string | undefined, iam: IAMClient): Promise<void> {
  if (arn === undefined) {
    await send(iam, new DeleteRolePermissionsBoundaryCommand({ RoleName: name }));
  } else {
    await send(
      iam,
      new PutRolePermissionsBoundaryCommand({ RoleName: name, PermissionsBoundary: arn }),
    );
  }
}

/** A role with policies cannot be deleted. */
async function removePolicies(name: string, iam: IAMClient): Promise<void> {
  const inline = await unlessAbsent(
    send(iam, new ListRolePoliciesCommand({ RoleName: name })),
    "NoSuchEntity",
    "NoSuchEntityException",
  );
  for (const policyName of inline?.PolicyNames ?? []) {
    await send(iam, new DeleteRolePolicyCommand({ RoleName: name, PolicyName: policyName }));
  }
  const attached = await unlessAbsent(
    send(iam, new ListAttachedRolePoliciesCommand({ RoleName: name })),
    "NoSuchEntity",
    "NoSuchEntityException",
  );
  for (const { PolicyArn } of attached?.AttachedPolicies ?? []) {
    await send(iam, new DetachRolePolicyCommand({ RoleName: name, PolicyArn }));
  }
}
