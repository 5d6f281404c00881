import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  type KMSClient,
} from "@aws-sdk/client-kms";
import { ask, orElse } from "./ask";
import type { Fact, GuardFacts, KeyFacts } from "./facts";
import { type ReadStatement, statementsOf } from "./statement";

/** What AWS KMS says of a key. */
export async function readKey(
  keyArn: string,
  kms: KMSClient,
  signal: AbortSignal,
): Promise<NonNullable<GuardFacts["key"]>> {
  const facts = await readKeyState(keyArn, kms, signal);
  const policy = await readKeyPolicy(keyArn, kms, signal);
  // KMS answers this for keys that are pending deletion, too; for imported material it says false.
  const rotates = await ask("kms:GetKeyRotationStatus", "NotFoundException", async () => {
    const command = new GetKeyRotationStatusCommand({ KeyId: keyArn });
    return (await kms.send(command, { abortSignal: signal })).KeyRotationEnabled ?? false;
  });
  return { facts, policy, rotates: orElse(rotates, false) };
}

/** What a key is in, and whose it is. */
export async function readKeyState(
  KeyId: string,
  kms: KMSClient,
  abortSignal: AbortSignal,
): Promise<Fact<KeyFacts>> {
  const facts = await ask("kms:DescribeKey", "NotFoundException", async (): Promise<KeyFacts> => {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }), { abortSignal });
    const {
      Arn,
      DeletionDate,
      KeyManager,
      KeyState = "unknown",
      Origin = "AWS_KMS",
    } = KeyMetadata ?? {};
    return {
      state: KeyState,
      origin: Origin,
      ...(KeyManager === undefined ? {} : { manager: KeyManager }),
      ...(Arn === undefined ? {} : { arn: Arn }),
      ...(DeletionDate === undefined ? {} : { deletedOn: DeletionDate.toISOString() }),
    };
  });
  return orElse(facts, { state: "gone", origin: "AWS_KMS" });
}

/** A key's policy; none where there is no such key. */
export async function readKeyPolicy(
  KeyId: string,
  kms: KMSClient,
  abortSignal: AbortSignal,
): Promise<Fact<readonly ReadStatement[]>> {
  const policy = await ask("kms:GetKeyPolicy", "NotFoundException", async () => {
    const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId }), { abortSignal });
    return statementsOf(Policy ?? "{}");
  });
  return orElse(policy, []);
}
