import { GetRoleCommand } from "@aws-sdk/client-iam";
import { send } from "../../send";
import { rfc3339, told, type AwsFunction } from "../function";
import { tagMap } from "../tags";

/** The function that looks up a role. */
export const roleFunctions: Readonly<Record<string, AwsFunction>> = {
  // Without a role: `reading IAM Role (NAME): couldn't find resource`.
  "aws:iam/getRole:getRole": {
    args: ["name"],
    async invoke(args, clients) {
      const name = String(args["name"]);
      const { Role: role } = await told(
        send(await clients.iam(), new GetRoleCommand({ RoleName: name })),
        (reason) => `reading IAM Role (${name}): ${reason}`,
        "NoSuchEntity",
        "NoSuchEntityException",
      );
      const lastUsed = role?.RoleLastUsed;
      return {
        id: name,
        name: role?.RoleName,
        arn: role?.Arn,
        // IAM answers policy documents percent-encoded.
        assumeRolePolicy: decodeURIComponent(role?.AssumeRolePolicyDocument ?? ""),
        createDate: rfc3339(role?.CreateDate),
        description: role?.Description ?? "",
        maxSessionDuration: role?.MaxSessionDuration,
        path: role?.Path,
        permissionsBoundary: role?.PermissionsBoundary?.PermissionsBoundaryArn ?? "",
        roleLastUseds:
          lastUsed === undefined
            ? []
            : [{ lastUsedDate: rfc3339(lastUsed.LastUsedDate) ?? "", region: lastUsed.Region }],
        tags: tagMap(role?.Tags) ?? {},
        uniqueId: role?.RoleId,
      };
    },
  },
};
