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
import { send, unlessAbsent } from "../send";
import type { AwsType } from "./resource";
import { tagMap, tagSet } from "./tags";

const inputs = z.strictObject({
  name: z.string(),
  assumeRolePolicy: z.string(),
  description: z.string().optional(),
  path: z.string().optional(),
  maxSessionDuration: z.number().int().optional(),
  permissionsBoundary: z.string().optional(),
  forceDetachPolicies: z.boolean().optional(),
  tags: z.record(z.string(), z.string()).optional(),
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
  computed: ["arn", "createDate", "uniqueId", "tagsAll"],
  autoNamed: { property: "name", maxLength: 64 },
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
        Tags: role.tags === undefined ? undefined : tagSet(role.tags),
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
    const tags = tagMap(found.Tags);
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
      tags,
      tagsAll: tags ?? {},
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
          MaxSessionDuration: news.maxSessionDuration,
        }),
      );
    }
    if (news.permissionsBoundary !== olds.permissionsBoundary) {
      await setBoundary(name, news.permissionsBoundary, iam);
    }
    await updateTags(name, news.tags ?? {}, olds.tags ?? {}, iam);
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

async function updateTags(
  name: string,
  news: Readonly<Record<string, string>>,
  olds: Readonly<Record<string, string>>,
  iam: IAMClient,
): Promise<void> {
  const gone = Object.keys(olds).filter((key) => !(key in news));
  const changed = Object.entries(news).filter(([key, value]) => olds[key] !== value);
  if (gone.length > 0) await send(iam, new UntagRoleCommand({ RoleName: name, TagKeys: gone }));
  if (changed.length > 0) {
    const tags = tagSet(Object.fromEntries(changed));
    await send(iam, new TagRoleCommand({ RoleName: name, Tags: tags }));
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
