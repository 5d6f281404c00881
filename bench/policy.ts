/* Policy decisions a second: a role's three statements and a bucket policy of another account, allowed and denied. */
import { compilePolicy } from "../sandbox/src/authorization/compile";
import type { AccessNeed } from "../sandbox/src/authorization/model";
import { startSandbox } from "lockstep-sandbox";
import { callAs } from "./seeding";
import { printTable } from "./table";

const DECISIONS_COUNT = 500_000;
const VAULT = "arn:aws:s3:::bench-vault";

function document(...statements: object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

async function main(): Promise<void> {
  const sandbox = await startSandbox();
  const call = callAs(sandbox, "source");
  call("iam", "CreateRole", {
    RoleName: "replication",
    AssumeRolePolicyDocument: document({
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: "sts:AssumeRole",
    }),
  });
  call("iam", "PutRolePolicy", {
    RoleName: "replication",
    PolicyName: "rights",
    PolicyDocument: document(
      { Effect: "Allow", Action: ["s3:GetReplicationConfiguration"], Resource: "*" },
      { Effect: "Allow", Action: ["s3:GetObjectVersion*"], Resource: "arn:aws:s3:::source/*" },
      { Effect: "Allow", Action: ["s3:Replicate*"], Resource: `${VAULT}/*` },
    ),
  });
  const roleArn = "arn:aws:iam::111111111111:role/replication";
  const principal = sandbox.world.iam.assumeRoleForService(roleArn, "s3.amazonaws.com", "bench");
  const resourcePolicy = compilePolicy(
    document(
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111111111111:root" },
        Action: ["s3:ReplicateObject", "s3:ReplicateTags"],
        Resource: `${VAULT}/*`,
        Condition: { ArnEquals: { "aws:PrincipalArn": roleArn } },
      },
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [VAULT, `${VAULT}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      { Effect: "Deny", Principal: "*", Action: "s3:PutObject*", Resource: `${VAULT}/*` },
    ),
  );
  const measure = (action: string, isAllowed: boolean): number => {
    const startedAt = performance.now();
    for (let index = 0; index < DECISIONS_COUNT; index++) {
      const need: AccessNeed = {
        action,
        resource: `${VAULT}/records/${index}`,
        resourceAccountId: "222222222222",
        resourcePolicy,
        conditionKeys: { "aws:securetransport": "true" },
      };
      const { allowed } = sandbox.world.decide(principal, need);
      if (allowed !== isAllowed) throw new Error(`${action} was decided as ${allowed}.`);
    }
    return DECISIONS_COUNT / ((performance.now() - startedAt) / 1000);
  };
  measure("s3:ReplicateObject", true);
  printTable([
    ["allowed", { "decisions/s": measure("s3:ReplicateObject", true) }],
    ["denied", { "decisions/s": measure("s3:PutObject", false) }],
  ]);
  await sandbox.close();
}

void main();
