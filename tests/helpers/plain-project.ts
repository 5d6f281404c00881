import { CreateBucketCommand, PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { ACCOUNTS, type EngineProject } from "./engine-project";
import { writeStackFile } from "./stack-file";

/** Makes a source bucket, as somebody had one before, and the file of a stack `dev` that copies all of it into one vault. */
export async function makePlainProject(
  project: EngineProject,
  { source: Bucket, vault }: { readonly source: string; readonly vault: string },
): Promise<void> {
  const s3 = project.s3("source");
  const CreateBucketConfiguration = { LocationConstraint: ACCOUNTS.source.region };
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  await writeStackFile(
    project,
    {
      source: { ...ACCOUNTS.source, bucket: { name: Bucket, existing: true } },
      vaults: [
        {
          name: "vault",
          ...ACCOUNTS.vault,
          bucket: { name: vault },
          lock: { stage: "governance", retention: "30 days" },
        },
      ],
      rules: [{ name: "all", vault: "vault", priority: 1 }],
    },
    "dev",
  );
}
