/*
 * The components in a Pulumi program of one's own: explicit providers, one rule, a transform.
 *
 * A transform may add what it likes. What a vault promises is checked again on what comes out.
 */
import { Provider as SourceProvider } from "@pulumi/aws/provider";
import { Provider as VaultProvider } from "@pulumi/aws-native/provider";
import { ImmutableReplication } from "../components";

/** Declares the copy; the Pulumi program that calls it may export what it returns. */
export function recordsCopy() {
  const source = new SourceProvider("source", {
    region: "eu-west-1",
    profile: "source",
    allowedAccountIds: ["111111111111"],
  });
  const vault = new VaultProvider("vault", {
    region: "eu-central-1",
    profile: "vault",
    allowedAccountIds: ["222222222222"],
    // Without this, aws-native does not look at the allowed accounts.
    skipCredentialsValidation: false,
  });
  const copy = new ImmutableReplication(
    "records",
    {
      source: {
        accountId: "111111111111",
        region: "eu-west-1",
        bucket: { name: "acme-components-records" },
      },
      vaults: [
        {
          name: "primary",
          accountId: "222222222222",
          region: "eu-central-1",
          bucket: { name: "acme-components-vault" },
          lock: { stage: "governance", retentionDays: 30 },
          provider: vault,
        },
      ],
      rules: [{ name: "everything", vault: "primary" }],
      transforms: {
        vault: { bucket: (args) => ({ ...args, tags: [{ key: "team", value: "records" }] }) },
      },
    },
    { provider: source },
  );
  return { vaultBucketName: copy.vaults.get("primary")?.bucketName };
}
