import {
  CreateAliasCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  ListAliasesCommand,
  UpdateAliasCommand,
  type AliasListEntry,
  type KMSClient,
  type ListAliasesCommandOutput,
} from "@aws-sdk/client-kms";
import { z } from "zod";
import { send, unlessAbsent } from "../../send";
import type { AwsType } from "../resource";

const inputs = z.strictObject({
  name: z.string().regex(/^alias\//, 'must begin with "alias/"'),
  targetKeyId: z.string(),
  region: z.string().optional(),
});

type Inputs = z.infer<typeof inputs>;

/** `aws.kms.Alias`. The id is the alias's name. */
export const alias: AwsType<Inputs> = {
  token: "aws:kms/alias:Alias",
  noun: "KMS Alias",
  inputs,
  identity: ["name"],
  replaceOn: ["name", "region"],
  computed: ["arn", "targetKeyArn"],
  autoNamed: { property: "name", maxLength: 256, prefix: "alias/" },
  isRegional: true,

  async create({ name, targetKeyId, region }, clients) {
    await send(
      await clients.kms(region),
      new CreateAliasCommand({ AliasName: name, TargetKeyId: targetKeyId }),
    );
    return name;
  },

  async read(name, clients, region) {
    const kms = await clients.kms(region);
    const found = await aliasOf(name, kms);
    if (found?.TargetKeyId === undefined) return undefined;
    const { KeyMetadata: target } = await send(
      kms,
      new DescribeKeyCommand({ KeyId: found.TargetKeyId }),
    );
    return { name, arn: found.AliasArn, targetKeyId: target?.KeyId, targetKeyArn: target?.Arn };
  },

  async update(name, news, olds, clients) {
    if (news.targetKeyId === olds.targetKeyId) return;
    await send(
      await clients.kms(news.region),
      new UpdateAliasCommand({ AliasName: name, TargetKeyId: news.targetKeyId }),
    );
  },

  async delete(name, { region }, clients) {
    await unlessAbsent(
      send(await clients.kms(region), new DeleteAliasCommand({ AliasName: name })),
      "NotFoundException",
    );
  },

  // A key is named by its id or its ARN.
  meansSame: (property, actual, wanted) =>
    property === "targetKeyId" && String(wanted).endsWith(`key/${String(actual)}`),
};

async function aliasOf(name: string, kms: KMSClient): Promise<AliasListEntry | undefined> {
  let marker: string | undefined;
  do {
    const page: ListAliasesCommandOutput = await send(
      kms,
      new ListAliasesCommand({ Marker: marker }),
    );
    const found = page.Aliases?.find((each) => each.AliasName === name);
    if (found !== undefined) return found;
    marker = page.Truncated ? page.NextMarker : undefined;
  } while (marker !== undefined);
  return undefined;
}
